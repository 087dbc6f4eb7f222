"""As written in 2018: provide_context, set_upstream, dag= on each task, no context manager."""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.models import Variable
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

args = {
    "owner": "airflow",
    "start_date": datetime(2020, 1, 1),
    "retries": 1,
    "retry_delay": timedelta(minutes=1),
}

dag = DAG("legacy_style", default_args=args, schedule="15 2 * * *", catchup=False)

templated = """
{% for i in range(2) %}
    echo "{{ ds }}"
    echo "{{ params.my_param }}"
{% endfor %}
"""


def push(**kwargs):
    kwargs["ti"].xcom_push(key="bucket name", value=Variable.get("report_bucket"))
    Variable.get("missing_one", default_var="none")


def pull(**kwargs):
    ti = kwargs["ti"]
    bucket = ti.xcom_pull(key="bucket name", task_ids="push")
    return "%s/%s" % (bucket, kwargs["ds"])


push_task = PythonOperator(task_id="push", python_callable=push, dag=dag)
pull_task = PythonOperator(task_id="pull", python_callable=pull, dag=dag)
bash = BashOperator(task_id="templated", bash_command=templated, params={"my_param": "hello"}, dag=dag)
last = BashOperator(
    task_id="last", bash_command='echo "{{ ti.xcom_pull(task_ids="pull") }}"', do_xcom_push=False, dag=dag
)

pull_task.set_upstream(push_task)
bash.set_upstream(push_task)
last.set_upstream([pull_task, bash])
