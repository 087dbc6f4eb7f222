"""What is wrong is never called equal: wrong conversions are caught, and a side that cannot run is said to."""

import functools
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest

from compat_tests.sides import AIRFLOW2, DAGS, PHASES, compare
from migrator.demo.wrong import LINE
from migrator.parity.result import Result, exit_status

CONVERTED = PHASES["phase 2"]
DATES = ("2024-01-03", "2024-01-04")  # a late update; an outage
VARIABLE = 'os.environ.get("AIRFLOW_VAR_HIGH_VALUE_THRESHOLD", "500")'


class Mistake(NamedTuple):
    """A text in the module of a DAG, replaced by another, and what has to differ then."""

    name: str
    dag_id: str
    right: str
    wrong: str
    differing: set[str]


# Those of one list are made in one project, each in a DAG of its own, so that both sides run but once for it.
TOGETHER = (
    (
        Mistake("refunds are counted", "order_pipeline", LINE, "", {"transform", "load", "files"}),
        Mistake(
            "a Variable is forgotten",
            "order_analytics",
            VARIABLE,
            '"500"',
            {"enrich_orders", "category_revenue"},
        ),
        Mistake("the other arm is taken", "etl_ops", "share > float", "share < float", {"publish_orders"}),
    ),
    (
        Mistake("the oldest version is kept", "order_pipeline", 'keep="last"', 'keep="first"', {"transform"}),
        Mistake("new products are lost", "order_analytics", 'how="left"', 'how="inner"', {"enrich_orders"}),
        Mistake("staging files are left", "etl_ops", "(STAGING / name).unlink()", "pass", {"files"}),
    ),
)


@functools.cache
def results(number: int) -> dict[tuple[str, str], Result]:
    """Of both sides, where the converted project has the mistakes of one list."""
    with tempfile.TemporaryDirectory(prefix="migrate-wrong-") as name:
        work = Path(name)
        project = copied(work)
        for mistake in TOGETHER[number]:
            replace(project / "defs" / f"{mistake.dag_id}.py", mistake.right, mistake.wrong)
        dag_ids = tuple(mistake.dag_id for mistake in TOGETHER[number])
        return compare(project, AIRFLOW2, work / "runs", dag_ids=dag_ids, dates=DATES)


def copied(work: Path) -> Path:
    """The converted project, below a work folder."""
    project = work / "project" / CONVERTED.name
    shutil.copytree(CONVERTED, project, ignore=shutil.ignore_patterns("__pycache__", "phase_one"))
    return project


def replace(path: Path, right: str, wrong: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong), encoding="utf-8")


def differing(result: Result) -> set[str]:
    """The tasks of a run that do not pass, and "files"."""
    tasks = {task.task_id for task in result.tasks if not all(item.outcome.passes for item in task.items)}
    return tasks if all(item.outcome.passes for item in result.items) else {*tasks, "files"}


@pytest.mark.parametrize(
    ("number", "mistake"),
    [
        pytest.param(n, mistake, id=mistake.name)
        for n, mistakes in enumerate(TOGETHER)
        for mistake in mistakes
    ],
)
def test_a_wrong_conversion_is_caught(number: int, mistake: Mistake) -> None:
    found = [results(number)[mistake.dag_id, date] for date in DATES]
    assert "different" in {result.verdict for result in found}
    assert exit_status(found) == 1
    assert mistake.differing <= set[str]().union(*map(differing, found))


def test_a_task_before_the_mistake_passes() -> None:
    assert "extract" not in differing(results(0)["order_pipeline", "2024-01-04"])


def test_a_project_that_does_not_load_could_not_run(tmp_path: Path) -> None:
    project = copied(tmp_path)
    (project / "defs" / "order_pipeline.py").write_text("raise ValueError('half written')\n")
    found = compare(project, AIRFLOW2, tmp_path / "runs", dag_ids=("order_pipeline",), dates=DATES[:1])
    assert_could_not_run(list(found.values()), "half written")


def test_a_dag_that_airflow_cannot_load_could_not_run(tmp_path: Path) -> None:
    dags = shutil.copytree(DAGS, tmp_path / "dags")
    replace(dags / "order_pipeline.py", "import os\n", "import os\nimport no_such_module\n")
    found = compare(
        CONVERTED, AIRFLOW2, tmp_path / "runs", dags=dags, dag_ids=("order_pipeline",), dates=DATES[:1]
    )
    assert_could_not_run(list(found.values()), "no_such_module")


def test_without_airflow_nothing_could_run(tmp_path: Path) -> None:
    found = compare(CONVERTED, "/no/such/python", tmp_path, dag_ids=("order_pipeline",), dates=DATES[:1])
    assert_could_not_run(list(found.values()), "/no/such/python")


def assert_could_not_run(found: list[Result], why: str) -> None:
    assert [result.verdict for result in found] == ["failed to run"]
    assert why in str(found[0].error)
    assert exit_status(found) == 2
