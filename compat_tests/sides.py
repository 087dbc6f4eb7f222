"""The two Airflows, the two phases, and one comparison for all DAGs and dates of a pair of them."""

import functools
import os
import sys
import tempfile
from pathlib import Path

import pytest

from migrator import manifest as manifests
from migrator import plan as plans
from migrator.manifest import Manifest
from migrator.parity import runner
from migrator.parity.dagster_side import Project
from migrator.parity.result import Item, Result
from migrator.parity.runner import Job
from migrator.parity.sandbox import sandbox
from migrator.plan import Plan

ROOT = Path(__file__).parent.parent
DAGS = ROOT / "airflow_dags"
AIRFLOW2 = sys.executable
AIRFLOW3 = os.environ.get("MIGRATE_AIRFLOW3_PYTHON") or str(ROOT / ".venv-airflow3" / "bin" / "python")
PHASES = {"phase 1": ROOT / "dagster_defs" / "phase_one", "phase 2": ROOT / "dagster_defs"}

DAG_IDS = ("etl_ops", "order_analytics", "order_pipeline")
DATES = ("2024-01-03", "2024-01-04", "2024-01-05")  # a late update; the outage; a source that fails once
CASES = [
    pytest.param(phase, dag_id, date, id=f"{dag_id} on {date} in {phase}")
    for phase in PHASES
    for dag_id in DAG_IDS
    for date in DATES
]


def manifest_of(project: Path) -> Manifest:
    found = manifests.read(project)
    assert found is not None, f"{project} was not written by migrate"
    return found


def compare(
    project: Path,
    airflow: str,
    work: Path,
    *,
    dags: Path = DAGS,
    dag_ids: tuple[str, ...],
    dates: tuple[str, ...],
    plan: Plan | None = None,
    root: Path = ROOT,
) -> dict[tuple[str, str], Result]:
    """Runs both sides, and gives the result of each DAG and date.

    Without a plan it is the bundled one. Its paths start at `root`.
    """
    plan = plan or plans.read(ROOT / "migrate.yaml")
    job = Job(
        project=Project(project, sys.executable),
        manifest=manifest_of(project),
        dags=dags,
        dag_ids=list(dag_ids),
        dates=list(dates),
        plan=plan,
        sandbox=sandbox(work, plan.sandbox, root),
        work=work,
    )
    results = runner.run(job, [airflow])
    return {(result.dag_id, str(result.date)): result for result in results}


@functools.cache
def bundled(airflow: str, phase: str) -> dict[tuple[str, str], Result]:
    """All bundled DAGs on all dates: one start of the Airflow serves them."""
    with tempfile.TemporaryDirectory(prefix="migrate-compat-") as work:
        return compare(PHASES[phase], airflow, Path(work), dag_ids=DAG_IDS, dates=DATES)


def not_passing(result: Result) -> list[str]:
    """What a failing test shows."""
    told = [result.error] if result.error else []
    told += [_told("the run", item) for item in result.items if not item.outcome.passes]
    for task in result.tasks:
        told += [_told(task.task_id, item) for item in task.items if not item.outcome.passes]
    return told


def _told(of: str, item: Item) -> str:
    return f"{of}: {item.name}: {item.outcome.verdict}: {item.outcome.detail}"
