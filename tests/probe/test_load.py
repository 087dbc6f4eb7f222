"""What Airflow makes of a file; a file that misbehaves costs only itself."""

from pathlib import Path
from typing import Any

import pytest

from migrator.runtime.airflow_client import Airflow
from tests.probe.conftest import gone

Dag = dict[str, Any]


@pytest.fixture(scope="session")
def dag(airflow: Airflow) -> Dag:
    found = airflow.load(["constructs.py"])
    assert found["errors"] == []
    (only,) = found["dags"]
    return only


@pytest.fixture(scope="session")
def by_id(dag: Dag) -> dict[str, Any]:
    return {task["task_id"]: task for task in dag["tasks"]}


def error(airflow: Airflow, file: str, timeout: float = 60) -> dict[str, Any]:
    found = airflow.load([f"hostile/{file}"], timeout=timeout)
    assert found["dags"] == []
    (only,) = found["errors"]
    return only


def test_the_facts_of_a_dag(dag: Dag) -> None:
    facts = {name: dag[name] for name in ("dag_id", "catchup", "tags", "timezone", "description", "groups")}
    assert facts == {
        "dag_id": "constructs",
        "catchup": False,
        "tags": ["probe"],
        "timezone": "UTC",
        "description": "Every construct once",
        "groups": ["group"],
    }
    assert dag["start_date"] == "2024-01-01T00:00:00+00:00"
    assert dag["args"]["params"] == {"dict": [["who", {"json": "world"}]]}
    assert dag["args"]["on_failure_callback"]["function"]["name"] == "tell"


def test_a_preset_stays_as_written_and_means_what_its_version_means(dag: Dag, is2: bool) -> None:
    schedule = dag["schedule"]
    assert (schedule["kind"], schedule["expression"], schedule["interval"]) == ("cron", "@daily", is2)


def test_the_graph_has_the_prefixes_of_groups(by_id: dict[str, Any]) -> None:
    assert by_id["group.use"]["upstream"] == ["group.both"]
    assert by_id["group.use"]["group"] == "group"
    assert by_id["join"]["upstream"] == ["chosen", "other"]
    assert by_id["join"]["trigger_rule"] == "none_failed_min_one_success"


def test_effective_values_and_given_ones(by_id: dict[str, Any]) -> None:
    retried = by_id["retried"]
    assert (retried["retries"], retried["retry_delay"], retried["pool"]) == (2, 300.0, "narrow")
    assert retried["owner"] == "orders"
    assert retried["own"] == ["pool", "retries", "retry_delay"]
    assert {"owner", "on_failure_callback"} <= set(retried["args"])


def test_a_function_is_known_by_its_place(by_id: dict[str, Any]) -> None:
    source = Path(by_id["described"]["callable"]["file"]).read_text().splitlines()
    assert source[by_id["described"]["callable"]["line"] - 1].startswith("def describe(")
    assert by_id["double"]["callable"]["name"] == "double"
    assert source[by_id["double"]["callable"]["line"] - 1].strip().startswith("def double(")


def test_templates_and_xcoms_are_told_from_constants(by_id: dict[str, Any]) -> None:
    assert by_id["shell"]["args"]["bash_command"] == {
        "template": "echo noise; echo {{ ds }} {{ params.who }}"
    }
    assert by_id["described"]["args"]["op_args"] == {"list": [{"json": 3}]}
    assert by_id["add"]["args"]["op_args"] == {"tuple": [{"xcom": ["double", "return_value"]}]}


def test_mapped_tasks_name_what_they_are_mapped_over(by_id: dict[str, Any]) -> None:
    assert by_id["double"]["expand"] == {"x": {"xcom": ["numbers", "return_value"]}}
    assert list(by_id["literal"]["expand"]) == ["bash_command"]
    assert by_id["literal"]["mapped"] and not by_id["add"]["mapped"]
    assert by_id["literal"]["own"] == []


def test_a_taskflow_task_is_known_by_its_decorator(by_id: dict[str, Any]) -> None:
    assert (by_id["double"]["decorator"], by_id["shell"]["decorator"]) == ("@task", None)
    assert by_id["double"]["operator"] == "_PythonDecoratedOperator"


def test_an_error_has_its_line(airflow: Airflow) -> None:
    found = error(airflow, "wrong.py")
    assert (found["kind"], found["line"], found["message"]) == ("import", 5, "ValueError: no such table")


def test_a_file_can_neither_forge_answers_nor_read_requests(airflow: Airflow) -> None:
    assert airflow.load(["hostile/forges.py"]) == {"dags": [], "errors": []}


def test_a_file_that_ends_the_interpreter(airflow: Airflow) -> None:
    found = error(airflow, "exits.py")
    assert found["kind"] == "died"
    assert "ended by itself with exit status 3" in found["message"]


def test_a_file_that_leaves(airflow: Airflow) -> None:
    assert error(airflow, "leaves.py")["message"].endswith("SystemExit: enough")


def test_a_file_that_never_ends_is_ended_with_what_it_started(airflow: Airflow, scratch: Path) -> None:
    found = error(airflow, "hangs.py", timeout=3)
    assert found["kind"] == "timeout"
    assert gone(int((scratch / "sleeper").read_text()))


def test_the_files_after_a_bad_one_load(airflow: Airflow) -> None:
    found = airflow.load(["hostile/exits.py", "hostile/wrong.py", "steps.py"])
    assert [dag["dag_id"] for dag in found["dags"]] == ["steps"]
    assert len(found["errors"]) == 2


def test_a_script_beside_the_dags_is_not_run(airflow: Airflow, tmp_path: Path) -> None:
    (tmp_path / "deletes.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    assert airflow.load([tmp_path / "deletes.py"]) == {"dags": [], "errors": []}
    assert not (tmp_path / "ran").exists()


def test_no_byte_code_is_left_beside_the_dags(airflow: Airflow, tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("VALUE = 1\n")
    (tmp_path / "uses.py").write_text(
        f"# an airflow dag\nimport sys\nsys.path.insert(0, {str(tmp_path)!r})\nimport helper\n"
    )
    assert airflow.load([tmp_path / "uses.py"])["errors"] == []
    assert sorted(p.name for p in tmp_path.iterdir()) == ["helper.py", "uses.py"]
