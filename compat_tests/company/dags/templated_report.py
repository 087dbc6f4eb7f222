"""Everything that a template can say about a run."""

import json
from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator


def render(day, month, table, folder):
    return f"{day} {month} {table} {folder}"


with DAG(
    dag_id="templated_report",
    start_date=datetime(2023, 1, 1),
    schedule="@daily",
    catchup=False,
    params={"table": "orders", "limit": 10},
    user_defined_macros={"company": "Acme"},
) as dag:
    make = BashOperator(
        task_id="make",
        bash_command="echo '{{ ds }} {{ ds_nodash }} {{ macros.ds_add(ds, -7) }} {{ dag.dag_id }} {{ task.task_id }}'",
    )
    variables = BashOperator(
        task_id="variables",
        bash_command="echo {{ var.value.report_bucket }}/{{ var.json.report_settings.format }}",
    )
    by_params = BashOperator(
        task_id="by_params", bash_command="echo {{ params.table }} {{ params.limit + 1 }} {{ company }}"
    )
    with_env = BashOperator(
        task_id="with_env",
        bash_command='echo "$TARGET on $DAY"',
        env={"TARGET": "{{ params.table | upper }}", "DAY": "{{ ds }}"},
    )
    pulled = BashOperator(
        task_id="pulled",
        bash_command="echo got {{ ti.xcom_pull(task_ids='make') }} and {{ task_instance.xcom_pull('by_params') }}",
    )
    python = PythonOperator(
        task_id="python",
        python_callable=render,
        op_kwargs={
            "day": "{{ ds }}",
            "month": "{{ logical_date.strftime('%Y-%m') }}",
            "table": "{{ params.table }}",
            "folder": "{{ var.value.report_bucket }}",
        },
    )
    loop = BashOperator(
        task_id="loop",
        bash_command="""
        {% for i in range(3) %}
        echo "day {{ macros.ds_add(ds, i) }}"
        {% endfor %}
        """,
    )
    [make, by_params] >> pulled >> python
    variables >> with_env >> loop
    facts = BashOperator(
        task_id="facts",
        bash_command="""echo '{"rows": 3, "name": "orders"}'""",
        output_processor=json.loads,
        multiple_outputs=True,
    )
    told = BashOperator(
        task_id="told",
        bash_command='echo "$ROWS rows"',
        env={"ROWS": "{{ ti.xcom_pull(task_ids='facts', key='rows') }}"},
        append_env=True,
    )
    facts >> told
