"""What is told of steps that are native."""

from pathlib import Path

import pytest

from migrator import plan as plans
from migrator.convert import convert_project
from migrator.phase_one.lifts import lifts
from migrator.scan import scan

DAG = """
from datetime import datetime
from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

def work(run_id, ds):
    return {returned}

with DAG("one", start_date=datetime(2024, 1, 1), schedule="@daily") as dag:
    PythonOperator(task_id="work", python_callable=work)
    BashOperator(task_id="say", bash_command={command!r})
"""


@pytest.mark.parametrize(
    ("returned", "command", "told"),
    [
        pytest.param("run_id", "true", ["work"], id="in a function"),
        pytest.param("ds", "echo {{ run_id }}", ["say"], id="in a template"),
        pytest.param("ds", "echo {{ ds }}", [], id="nowhere"),
    ],
)
def test_a_run_id_is_told_to_be_dagsters(
    tmp_path: Path, returned: str, command: str, told: list[str]
) -> None:
    (tmp_path / "one.py").write_text(DAG.format(returned=returned, command=command))
    project, _ = scan([tmp_path])
    made = convert_project(project, plans.Plan(), lifts(project, None), name="noted")
    assert [f.task_id for f in made.findings if f.code == "DP077"] == told
