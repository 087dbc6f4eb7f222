"""The two Airflows, the two phases, and one comparison for all DAGs and dates of a pair of them."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from migrator import manifest as manifests
from migrator import plan as plans
from migrator.manifest import Manifest
from migrator.parity import runner
from migrator.parity.dagster_side import Project
from migrator.parity.job import Job
from migrator.parity.result import Item, Result
from migrator.parity.sandbox import sandbox
from migrator.plan import Plan

ROOT = Path(__file__).parent.parent
DAGS = ROOT / "airflow_dags"
AIRFLOW2 = sys.executable
AIRFLOW3 = os.environ.get("MIGRATE_AIRFLOW3_PYTHON") or str(ROOT / ".venv-airflow3" / "bin" / "python")
PHASES = {"phase 1": ROOT / "dagster_defs" / "phase_one", "phase 2": ROOT / "dagster_defs"}

TROUBLE = ("2024-01-03", "2024-01-04", "2024-01-05")  # a late update; the outage; a source that fails once
SPRING = ("2024-03-30", "2024-03-31", "2024-04-01")  # clocks in Berlin go forward on the second
DATES = {
    **dict.fromkeys(("etl_ops", "order_analytics", "order_pipeline"), TROUBLE),
    **dict.fromkeys(("daily_orders", "order_files", "page_views_daily", "refresh_catalog"), SPRING),
    "regional_orders": SPRING,
    **dict.fromkeys(("build_price_book", "refresh_search"), SPRING[1:2]),  # after a run of refresh_catalog
    "page_views_weekly": ("2024-03-17", "2024-03-24", "2024-03-31"),  # Sundays: the last has the short day
    "weekly_orders": ("2024-03-25",),  # a Monday: likewise; after seven runs of daily_orders
}


def dates_of(phase: str) -> dict[str, tuple[str, ...]]:
    """By DAG. Phase 1 runs the same code as Airflow, so that the short day is enough for most."""
    if phase != "phase 1":
        return DATES
    short = {dag_id: dates if dates == TROUBLE else ("2024-03-31",) for dag_id, dates in DATES.items()}
    del short["weekly_orders"]  # in Airflow it would wait for runs that it cannot see (OP081)
    return short


def cases(airflow: str) -> list[ParameterSet]:
    """Each bundled DAG in each phase, on all its dates: one start of the Airflow serves those of a phase."""
    place = {"dags": DAGS, "plan": ROOT / "migrate.yaml", "airflow_python": airflow}
    return [
        pytest.param(
            dag_id,
            dates,
            marks=pytest.mark.parity(dag=dag_id, dates=dates, project=project, **place),
            id=f"{dag_id} in {phase}",
        )
        for phase, project in PHASES.items()
        for dag_id, dates in dates_of(phase).items()
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
    own_dates: Mapping[str, tuple[str, ...]] | None = None,
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
        own_dates={dag_id: list(own) for dag_id, own in (own_dates or {}).items()},
    )
    results = runner.run(job, [airflow])
    return {(result.dag_id, str(result.date)): result for result in results}


def not_passing(result: Result) -> list[str]:
    """What a failing test shows."""
    told = [result.error] if result.error else []
    told += [_told("the run", item) for item in result.items if not item.outcome.passes]
    for task in result.tasks:
        told += [_told(task.task_id, item) for item in task.items if not item.outcome.passes]
    return told


def _told(of: str, item: Item) -> str:
    return f"{of}: {item.name}: {item.outcome.verdict}: {item.outcome.detail}"
