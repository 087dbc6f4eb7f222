"""Templates that do more than put values in, and names that a DAG gives its templates."""

from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

TABLES = ["orders", "customers"]


def shout(text):
    return text.upper()


def quarter(day):
    return (int(day[5:7]) + 2) // 3


def shown(**kwargs):
    return kwargs["templates_dict"]


def received(texts, more=None):
    return [texts, more]


with DAG(
    dag_id="templated",
    schedule="@daily",
    start_date=datetime(2024, 1, 1),
    catchup=False,
    params={"limit": 3, "region": "eu"},
    user_defined_macros={"quarter": quarter, "tables": TABLES, "version": "1.2", "twice": lambda x: x * 2},
    user_defined_filters={"shout": shout},
) as dag:
    listed = PythonOperator(task_id="listed", python_callable=lambda: {"rows": [1, 2], "path": "a/b"})
    loops = BashOperator(
        task_id="loops",
        bash_command="""
        {% for i in range(params.limit) %}
        echo "{{ macros.ds_add(ds, i) }} {{ params.region | upper }}"
        {% endfor %}
        {% if dag_run.conf.get('full') %}echo full{% else %}echo part{% endif %}
        """,
    )
    dates = PythonOperator(
        task_id="dates",
        python_callable=shown,
        templates_dict={
            "before": "{{ (logical_date - macros.timedelta(days=1)).strftime('%Y/%m/%d') }}",
            "month": "{{ data_interval_start.start_of('month') | ds }}",
            "rome": "{{ data_interval_end.in_timezone('Europe/Rome').isoformat() }}",
            "format": "{{ macros.ds_format(ds, '%Y-%m-%d', '%d.%m.%Y') }}",
            "next": "{{ next_ds }} {{ prev_ds_nodash }} {{ tomorrow_ds }}",
            "whole": "{{ execution_date }}",
            "key": "{{ task_instance_key_str }} {{ task.task_id }} {{ dag.dag_id }} {{ ti.try_number }}",
            "run": "{{ dag_run.logical_date.strftime('%H:%M') }} {{ dag_run.dag_id }} {{ test_mode }}",
            "set": "{% set day = ds.split('-') %}{{ day[2] }}{# gone #}",
        },
    )
    own = PythonOperator(
        task_id="own",
        python_callable=received,
        op_args=["{{ quarter(ds) }} {{ version }} {{ tables | join(', ') }} {{ twice(2) }}"],
        op_kwargs={"more": "{{ ds | shout }} {{ 'x' | shout }}"},
    )
    pulls = PythonOperator(
        task_id="pulls",
        python_callable=received,
        op_args=["{{ ti.xcom_pull('listed')['path'] }}"],
        op_kwargs={
            "more": "{% for row in ti.xcom_pull(task_ids='listed').rows %}{{ row }};{% endfor %}"
            "{{ ti.xcom_pull(task_ids=['listed', 'dates'])[0].path }}"
        },
    )
    settings = PythonOperator(
        task_id="settings",
        python_callable=received,
        op_args=["{{ var.value.cases_bucket }}/{{ var.json.cases_limits.rows }}"],
        op_kwargs={
            "more": "{{ conn.cases_db.host }}:{{ conn.cases_db.port }}/{{ conn.cases_db.schema | upper }}"
            " {{ conn.cases_db.extra_dejson.mode }} {{ var.value.get('cases_none', 'no') | title }}"
        },
    )
    listed >> dates >> pulls

with DAG(
    dag_id="templated_values",
    schedule="@daily",
    start_date=datetime(2024, 1, 1),
    catchup=False,
    render_template_as_native_obj=True,
) as native:
    made = PythonOperator(task_id="made", python_callable=lambda: {"a": [1, 2]})
    got = PythonOperator(
        task_id="got",
        python_callable=received,
        op_args=["{{ ti.xcom_pull('made') }}"],
        op_kwargs={"more": ["{{ 1 + 2 }}", "{{ ds }}", "7", "seven", "{{ [ds] }}"]},
    )
    made >> got
