"""Classic operators that hand values on by XCom keys and templates."""

import json
from datetime import datetime, timedelta

from airflow import DAG
from airflow.models import Variable
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

STAGE = Variable.get("cases_stage", default_var="dev")  # read when the file is loaded


def extract(source, day, ti=None, **context):
    rows = [f"{day}-{n}" for n in range(3)]
    ti.xcom_push(key="path", value=f"{STAGE}/{source}")
    ti.xcom_push("count", len(rows))
    return rows


def only_pushes(**kwargs):
    kwargs["ti"].xcom_push(key="answer", value={"forty": 2})


def check(**context):
    asked = context["templates_dict"]
    # templates give text
    return len(asked["rows"]), asked["day"], context["ds_nodash"]


def store(path, limit, ti=None, **context):
    rows = ti.xcom_pull(task_ids="extract")
    answer = ti.xcom_pull(task_ids="only_pushes", key="answer")
    suffix = Variable.get("cases_suffix", default_var="txt")
    return json.dumps([path, rows[:limit], answer, suffix, context["logical_date"].isoformat()])


def scaled(value, factor=10):
    return value * factor


with DAG(
    dag_id="pulled",
    schedule="@daily",
    start_date=datetime(2024, 1, 1),
    catchup=False,
    default_args={"owner": "bi@example.com", "retries": 1, "retry_delay": timedelta(seconds=1)},
) as dag:
    extracted = PythonOperator(
        task_id="extract",
        python_callable=extract,
        op_kwargs={"source": "{{ var.value.get('cases_bucket', 'shop') }}_eu", "day": "{{ ds }}"},
    )
    pushed = PythonOperator(task_id="only_pushes", python_callable=only_pushes)
    checked = PythonOperator(
        task_id="check",
        python_callable=check,
        templates_dict={
            "rows": "{{ ti.xcom_pull(task_ids='extract') }}",
            "day": "{{ data_interval_end | ds }}",
        },
    )
    stored = PythonOperator(
        task_id="store",
        python_callable=store,
        op_args=["{{ ti.xcom_pull(task_ids='extract', key='path') }}"],
        op_kwargs={"limit": 2},
    )
    # one function, two tasks
    small = PythonOperator(task_id="small", python_callable=scaled, op_args=[2])
    large = PythonOperator(task_id="large", python_callable=scaled, op_kwargs={"value": 3, "factor": 100})
    echo = BashOperator(
        task_id="echo",
        bash_command=(
            'echo "first"; '
            "echo \"$DAY {{ ti.xcom_pull(task_ids='extract', key='count') }} {{ macros.ds_add(ds, -7) }}\""
        ),
        env={"DAY": "{{ ds }}"},
    )
    lambda_task = PythonOperator(task_id="lambda-task", python_callable=lambda: {"a": 1})

    extracted >> [checked, echo] >> stored
    pushed >> stored
    small >> large >> lambda_task
