"""Which other DAGs a DAG waits for or starts."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from migrator.checks import cross_dag
from migrator.inventory import links_of
from migrator.ir import Project
from migrator.scan import scan

HEAD = """\
from airflow import DAG
from airflow.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sensors.external_task import ExternalTaskMarker, ExternalTaskSensor
class OurSensor(ExternalTaskSensor):
    pass
with DAG("a") as dag:
"""
Read = Callable[[str], Project]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(lines: str) -> Project:
        (tmp_path / "a.py").write_text(HEAD + "".join(f"    {line}\n" for line in dedent(lines).splitlines()))
        return scan([tmp_path])[0]

    return read


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("TriggerDagRunOperator(task_id='t', trigger_dag_id='b')", [("triggers", "b")]),
        ("ExternalTaskSensor(task_id='t', external_dag_id='b')", [("waits_for", "b")]),
        (
            "ExternalTaskSensor(task_id='t', external_dag_id='b', external_task_ids=['x', 'y'])",
            [("waits_for", "b")],
        ),
        ("OurSensor(task_id='t', external_dag_id='b')", [("waits_for", "b")]),
        ("ExternalTaskMarker(task_id='t', external_dag_id='b', external_task_id='x')", []),
        ("TriggerDagRunOperator(task_id='t', trigger_dag_id='{{ params.x }}')", [("triggers", None)]),
        (
            "TriggerDagRunOperator.partial(task_id='t').expand(trigger_dag_id=['b', 'c'])",
            [("triggers", "b"), ("triggers", "c")],
        ),
    ],
)
def test_the_links_of_a_task(read: Read, line: str, expected: list[tuple[str, str | None]]) -> None:
    (dag,) = read(line).dags
    found = links_of(dag)
    assert [(link.kind, link.dag_id) for link in found] == expected
    assert all(link.task_id == "t" and link.line == 7 for link in found)


def test_a_link_is_a_finding_and_an_unknown_one_a_second(read: Read) -> None:
    project = read(
        """\
        TriggerDagRunOperator(task_id='t', trigger_dag_id='b')
        ExternalTaskSensor(task_id='u', external_dag_id='{{ params.x }}')"""
    )
    found = sorted((f.task_id, f.code) for f in cross_dag.check(project))
    assert found == [("t", "CF007"), ("u", "CF007"), ("u", "DP007")]
