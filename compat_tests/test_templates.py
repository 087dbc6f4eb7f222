"""Templates of all kinds, rendered by Airflow and by the converted project, on both Airflows: the same texts."""

import functools
import tempfile
from pathlib import Path

import pytest

from compat_tests.sides import AIRFLOW2, AIRFLOW3, compare, not_passing
from migrator import plan as plans
from migrator.convert import convert_project
from migrator.emit.write import write
from migrator.parity.result import Result
from migrator.phase_one.lifts import lifts
from migrator.plan import Plan, SandboxPlan
from migrator.scan import scan

ENV = {
    "AIRFLOW_VAR_BUCKET": "shop",
    "AIRFLOW_VAR_LIMITS": '{"rows": 5, "names": ["a", "b"]}',
    "AIRFLOW_CONN_DB": "postgresql://me:p%40ss@db.example.com:5433/sales?mode=ro&n=1",
    "AIRFLOW_CONN_API": '{"conn_type": "http", "host": "https://api.example.com", "extra": {"v": 2}}',
}
BOTH = [
    *("{{ ds }}", "{{ ds_nodash }}", "{{ ts }}", "{{ ts_nodash }}", "{{ ts_nodash_with_tz }}"),
    *("{{ logical_date }}", "{{ data_interval_start }}", "{{ data_interval_end | ts_nodash }}"),
    "{{ logical_date + macros.timedelta(hours=5) }}",
    "{{ (data_interval_end - macros.timedelta(days=40)) | ds }}",
    "{{ data_interval_start - macros.dateutil.relativedelta.relativedelta(months=1) }}",
    "{{ logical_date.add(months=-1).end_of('month').to_date_string() }}",
    "{{ logical_date.in_timezone('America/New_York') }}",
    "{{ logical_date.in_timezone('Europe/Rome').format('dddd DD MMMM YYYY') }}",
    "{{ logical_date.day_of_week }} {{ logical_date.int_timestamp }} {{ logical_date.year }}",
    "{{ logical_date.strftime('%B %d') }} {{ logical_date.timestamp() | int }} {{ logical_date.date() }}",
    "{{ data_interval_end.diff(data_interval_start).in_hours() }}",
    "{{ logical_date == data_interval_start }} {{ logical_date.weekday() }}",
    "{{ macros.ds_add(ds, -7) }} {{ macros.ds_add('2024-02-28', 2) }} {{ macros.ds_add(ds, 0) }}",
    "{{ macros.ds_format(ds, '%Y-%m-%d', '%d/%m/%y') }} {{ macros.ds_format(ds_nodash, '%Y%m%d', '%A') }}",
    "{{ macros.datetime(2024, 1, 1) }} {{ macros.datetime.strptime(ds, '%Y-%m-%d').month }}",
    "{{ params.limit }} {{ params['region'] | upper }} {{ params.limit + 1 }} {{ params.nope | default('-') }}",
    "{% for t in params.tables %}{{ loop.index }}:{{ t }}{% if not loop.last %}, {% endif %}{% endfor %}",
    "{% if params.limit > 2 and ds < '2030' %}many{% else %}few{% endif %}",
    "{% set x = ds.split('-') %}{{ x[0] }}/{{ x | length }}",
    "{{ params }}",
    "{{ var.value.bucket }} {{ var.json.limits.rows }} {{ var.json.limits.names[1] }}",
    "{{ var.value.get('none', 'fallback') }} {{ var.json.get('limits').names | join('+') }}",
    "{{ var.value.get('bucket') ~ '/' ~ ds }}",
    "{{ conn.db.host }} {{ conn.db.port }} {{ conn.db.login }} {{ conn.db.schema }} {{ conn.db.conn_type }}",
    "{{ conn.db.password | length }} {{ conn.db.extra_dejson.mode }} {{ conn.db.extra }}",
    "{{ conn.api.host }} {{ conn.api.extra_dejson['v'] }} {{ conn.api.schema }} {{ conn.api.port }}",
    "{{ ti.task_id }} {{ task.task_id }} {{ dag.dag_id }} {{ ti.dag_id }} {{ task.owner }} {{ ti.try_number }}",
    "{{ task_instance_key_str }}",
    "{{ dag_run.dag_id }} {{ dag_run.logical_date }} {{ dag_run.conf.get('x', 'none') }}",
    "{{ dag_run.conf['x'] if dag_run and dag_run.conf and 'x' in dag_run.conf else 'unset' }}",
    "{{ ti.xcom_pull('first') }} {{ ti.xcom_pull(task_ids='first')['rows'] }}",
    "{{ ti.xcom_pull(task_ids='first').rows[0] }} {{ ti.xcom_pull('first', key='return_value').name | title }}",
    "{{ ti.xcom_pull(task_ids=['first', 'second']) | length }} {{ task_instance.xcom_pull('second') }}",
    "{{ ti.xcom_pull('first')['name'] | default('x') }} {{ ti.xcom_pull('first').get('none') }}",
    "{{ quarter(ds) }} {{ version }} {{ ds | shout }} {{ quarter('2024-12-01') + 1 }}",
    "plain", "two\nlines\n", "{# nothing #}left", "{% raw %}{{ ds }}{% endraw %}", "{{ '{{' }} } {",
    "it's \"quoted\" {{ ds }} \\ {{ 'a' if ds else \"b\" }}",
    "{{ [1, 2, 3] | sum }} {{ range(3) | list }} {{ {'a': ds} }} {{ none }} {{ true }}",
    "{{ ds[:4] }} {{ ds.replace('-', '/') }} {{ ds | replace('-', '') | int }}",
]  # fmt: skip
OF_2 = [
    "{{ execution_date }} {{ execution_date.strftime('%H') }} {{ execution_date | ds }}",
    "{{ prev_ds }} {{ next_ds }} {{ yesterday_ds }} {{ tomorrow_ds_nodash }} {{ prev_ds_nodash }}",
    "{{ prev_execution_date }} {{ next_execution_date.strftime('%d') }} {{ test_mode }}",
    "{{ execution_date.subtract(days=execution_date.day_of_week).to_date_string() }}",
    "{{ (execution_date + macros.timedelta(days=6 - execution_date.weekday())).strftime('%Y-%m-%d') }}",
]
DAG = """
from datetime import datetime
from airflow import DAG
try:
    from airflow.providers.standard.operators.python import PythonOperator
except ImportError:
    from airflow.operators.python import PythonOperator

def shout(text):
    return text.upper()

def quarter(day):
    return (int(day[5:7]) + 2) // 3

def rendered(texts):
    return texts

with DAG("{name}", schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False,
         params={{"limit": 3, "region": "eu", "tables": ["a", "b"]}},
         user_defined_macros={{"quarter": quarter, "version": 1.2}}, user_defined_filters={{"shout": shout}}):
    first = PythonOperator(task_id="first", python_callable=lambda: {{"rows": [1, 2], "name": "orders"}})
    second = PythonOperator(task_id="second", python_callable=lambda: 7)
    table = PythonOperator(task_id="table", python_callable=rendered, op_args=[[
{lines}
    ]])
    first >> second >> table
"""
DATES = ("2024-01-03", "2024-02-29")


@functools.cache
def results(airflow: str) -> dict[tuple[str, str], Result]:
    with tempfile.TemporaryDirectory(prefix="migrate-templates-") as folder:
        work = Path(folder)
        (dags := work / "dags").mkdir()
        lines = "\n".join(f"        {text!r}," for text in templates(airflow))
        (dags / "table.py").write_text(DAG.format(name="table", lines=lines))
        project = scan([dags])[0]
        made = convert_project(
            project, plans.Plan(), lifts(project, str(dags)), name="converted", airflow3=airflow == AIRFLOW3
        )
        assert made.manifest.dags["table"].level == "asset", made.findings
        write(work / "converted", made.files, made.manifest)
        plan = Plan(sandbox=SandboxPlan(env=ENV))
        return compare(
            work / "converted", airflow, work / "runs", dags=dags, dag_ids=("table",), dates=DATES, plan=plan
        )


def templates(airflow: str) -> list[str]:
    return BOTH if airflow == AIRFLOW3 else [*BOTH, *OF_2]


@pytest.mark.parametrize("date", DATES)
@pytest.mark.parametrize("airflow", [pytest.param(AIRFLOW2, id="2"), pytest.param(AIRFLOW3, id="3")])
def test_both_systems_make_the_same_texts(airflow: str, date: str) -> None:
    result = results(airflow)["table", date]
    assert result.states == ("success", "success")
    assert not_passing(result) == []
