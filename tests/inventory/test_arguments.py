"""Needs in what tasks are given: names, templates, template files."""

from collections.abc import Callable

import pytest

from migrator.inventory import Inventory
from tests.inventory.conftest import HEAD, Inventories

Lines = Callable[[str], Inventory]
Files = Callable[[dict[str, str]], Inventories]


@pytest.mark.parametrize(
    ("template", "kinds"),
    [
        ("{{ ds }}", {"date": 1}),
        ("{{ data_interval_start | ds }}", {"date": 1}),
        ("{{ logical_date.strftime('%Y') }}", {"date": 1}),
        ("{{ run_id }} {{ dag_run.run_type }} {{ dag.dag_id }}", {"run": 3}),
        ("{{ params.x }} {{ params['y'] }}", {"params": 2}),
        ("{{ dag_run.conf['x'] }} {{ dag_run.conf.get('y') }}", {"conf": 2}),
        ("{{ var.value.x }}", {"variable": 1}),
        ("{{ conn.x.host }}", {"connection": 1}),
        ("{{ ti.xcom_pull('a') }} {{ task_instance.xcom_pull(task_ids='a') }}", {"xcom": 2}),
        ("{{ ti.try_number }} {{ task.owner }}", {"task": 2}),
        ("{{ macros.ds_add(ds, 1) }}", {"macro": 1, "date": 1}),
        ("{% for i in range(3) %}{{ i }} {{ ds }}{% endfor %}", {"date": 1}),
        ("{{ something }}", {"other": 1}),
        ("{% raw %}{{ ds }}{% endraw %}", {}),
    ],
)
def test_expressions_are_counted_by_kind(tasks: Lines, template: str, kinds: dict[str, int]) -> None:
    assert tasks(f"BashOperator(task_id='t', bash_command={template!r})").templates == kinds


@pytest.mark.parametrize(
    ("template", "variables", "connections"),
    [
        ("{{ var.value.x }}", ("x",), ()),
        ("{{ var.json.x.y.z }}", ("x",), ()),
        ("{{ var.value['x'] }}", ("x",), ()),
        ("{{ var.value.get('x', 'hunter2') }}", ("x",), ()),
        ("{{ var.json.get('x')['y'] }}", ("x",), ()),
        ("{{ conn.x.password }}", (), ("x",)),
        ("{{ conn.get('x').host }}", (), ("x",)),
        ("{% if var.value.x %}{{ conn.y }}{% endif %}", ("x",), ("y",)),
    ],
)
def test_names_in_templates(
    tasks: Lines, template: str, variables: tuple[str, ...], connections: tuple[str, ...]
) -> None:
    found = tasks(f"BashOperator(task_id='t', bash_command={template!r})")
    assert (found.variables, found.connections, found.findings) == (variables, connections, ())


@pytest.mark.parametrize(
    ("argument", "code"),
    [
        ("bash_command='{{ var.value[params.x] }}'", "EN007"),
        ("bash_command='{{ conn.get(params.x).host }}'", "EN008"),
        ("bash_command='{{ ds }'", "DP006"),
        ("bash_command='run.sh'", "DP005"),
        ("bash_command='w', some_conn_id=os.environ['X']", "EN008"),
        ("bash_command='w', outlets=[Dataset(os.environ['X'])]", "DP003"),
    ],
)
def test_what_cannot_be_named_is_a_finding_of_the_task(tasks: Lines, argument: str, code: str) -> None:
    (finding,) = tasks(f"BashOperator(task_id='t', {argument})").findings
    assert (finding.code, finding.dag_id, finding.task_id) == (code, "a", "t")


def test_connections_at_any_depth_and_of_mapped_tasks(tasks: Lines) -> None:
    found = tasks(
        """
        BashOperator(task_id='t', bash_command='w', options={'inner': {'db_conn_id': 'deep'}}, docker_conn_id='d')
        BashOperator.partial(task_id='m', bash_command='w').expand(ssh_conn_id=['m1', 'm2'])
        """
    )
    assert found.connections == ("d", "deep", "m1", "m2")


def test_an_operator_without_a_connection_takes_its_default(tasks: Lines) -> None:
    found = tasks(
        """
        from airflow.providers.amazon.aws.sensors.s3 import S3KeySensor
        from airflow.providers.google.cloud.operators.bigquery import BigQueryInsertJobOperator
        S3KeySensor(task_id='a', bucket_key='x')
        S3KeySensor(task_id='b', bucket_key='x', aws_conn_id='ours')
        BigQueryInsertJobOperator(task_id='c', configuration={}, gcp_conn_id='google_cloud_default')
        """
    )
    assert found.default_connections == ("aws_default",)
    assert found.connections == ("google_cloud_default", "ours")


def test_a_template_file_is_read_and_its_own_needs_count(folder: Files) -> None:
    text = HEAD + "with DAG('a', template_searchpath=str(Path(__file__).parent / 'sql')):\n"
    text += "    BashOperator(task_id='t', bash_command='run.sh', sql='q.sql')\n"
    files = {"dags/a.py": text, "dags/sql/q.sql": "{{ var.value.q }}", "dags/run.sh": "{{ conn.r.host }}"}
    found = folder(files)["a"]
    assert found.files == ("dags/run.sh", "dags/sql/q.sql")
    assert (found.variables, found.connections, found.findings) == (("q",), ("r",), ())


@pytest.mark.parametrize(
    "place",
    [
        "[HERE + '/sql']",
        "[f'{HERE}/sql', '/opt/sql']",
        "['/opt/sql', os.path.join(HERE, 'sql')]",
        "HERE + '/sql'",
        "[Path(__file__).parent / 'sql']",
        "(str(Path(__file__).resolve().parent.joinpath('sql')),)",
    ],
)
def test_template_files_are_found_where_the_dag_looks_for_them(folder: Files, place: str) -> None:
    text = HEAD + f"HERE = os.path.dirname(__file__)\nwith DAG('a', template_searchpath={place}):\n"
    text += "    BashOperator(task_id='t', bash_command='w', sql='q.sql')\n"
    found = folder({"dags/a.py": text, "dags/sql/q.sql": "{{ var.value.q }}"})["a"]
    assert (found.files, found.variables, found.findings) == (("dags/sql/q.sql",), ("q",), ())


def test_a_text_of_the_ui_is_no_template(tasks: Lines) -> None:
    assert tasks("BashOperator(task_id='t', bash_command='w', doc_md='{{ var.value.x }}')").variables == ()


def test_a_timetable_with_datasets_consumes_them(folder: Files) -> None:
    text = """
from datetime import datetime
from airflow import DAG, Dataset
from airflow.operators.bash import BashOperator
from airflow.timetables.datasets import DatasetOrTimeSchedule
from airflow.timetables.trigger import CronTriggerTimetable
ORDERS = Dataset("s3://lake/orders")
with DAG("a", start_date=datetime(2024, 1, 1),
         schedule=DatasetOrTimeSchedule(
             timetable=CronTriggerTimetable("0 1 * * *", timezone="UTC"), datasets=(ORDERS,))):
    BashOperator(task_id="t", bash_command="w")
"""
    assert folder({"a.py": text})["a"].consumes == ("s3://lake/orders",)
