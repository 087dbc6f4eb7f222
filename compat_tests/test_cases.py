"""The DAG files that were written to trip the converter do in Dagster what they do in Airflow."""

import functools
import tempfile
from pathlib import Path

import pytest

from compat_tests.sides import AIRFLOW2, ROOT, compare, not_passing
from migrator import plan as plans
from migrator.convert import convert_project
from migrator.emit.write import write
from migrator.parity.result import Result
from migrator.phase_one.lifts import lifts
from migrator.plan import DagPlan, Plan, SandboxPlan
from migrator.scan import scan

DAGS = ROOT / "tests" / "convert" / "dags"
ENV = {
    "CASES_DATA_DIR": "{sandbox}",
    "AIRFLOW_CONN_FS_DEFAULT": "fs:///?path={sandbox}",
    "AIRFLOW_VAR_CASES_BUCKET": "shop",
    "AIRFLOW_VAR_CASES_LIMITS": '{"rows": 5}',
    "AIRFLOW_CONN_CASES_DB": "postgresql://me:p%40ss@db.example.com:5433/sales?mode=ro",
}
CONF = {"region": "us", "limit": 7, "note": "by hand", "more": [1, 2]}
PLAN = Plan(sandbox=SandboxPlan(env=ENV), dags={"launched_with_conf": DagPlan(conf=CONF)})
DATE, NEXT = "2024-01-03", "2024-01-04"
# Those that do another thing on the next day (two arms; a failure, and none), or whose runs tell of dates.
ON_BOTH = (
    *("routes", "fails", "twice", "at_once", "each_five_hours", "each_twelve_hours", "until_friday", "waits"),
    *("launched", "launched_daily", "chooses", "templated", "summary_daily", "under_a_condition"),
)
NATIVE = (
    *("clashes", "clashing_ops", "fails", "grouped-names", "hidden", "plain", "pulled", "routes", "twice"),
    *("at_once", "by_hand", "each_five_hours", "each_twelve_hours", "until_friday"),
    *("arms", "needs_airflow", "other_python"),
    *("by_region", "chained", "copies", "helped", "market_de", "market_it", "nightly_report"),
    *("made_branching", "made_grouped", "made_one_after_another", "made_with_lambdas"),
    *("export_crm", "sales"),
    *("launched", "launched_daily", "launched_with_conf"),
    *("templated", "templated_values", "asks", "stand_ins", "watched_ops"),
    *("mapped_lists", "mapped_operators", "mapped_ends", "mapped_groups"),
    *("cluster_of_a_run", "pairs_of_commands", "pairs_in_pairs", "teardown_that_counts"),
    *("chooses", "commands", "rule_set_later", "waits", "waits_too_long", "written"),
    *("bound", "bound_in_a_loop", "dressed", "dressed_tasks"),
    *("within", "under_a_condition", "helper_dates", "summary_daily", "with_files", "dag_parameters"),
)


@functools.cache
def results() -> dict[tuple[str, str], Result]:
    with tempfile.TemporaryDirectory(prefix="migrate-cases-") as folder:
        work = Path(folder)
        project = scan([DAGS])[0]
        made = convert_project(project, plans.Plan(), lifts(project, str(DAGS)), name="converted")
        write(work / "converted", made.files, made.manifest)
        return compare(
            work / "converted",
            AIRFLOW2,
            work / "runs",
            dags=DAGS,
            dag_ids=NATIVE,
            dates=(DATE,),
            own_dates=dict.fromkeys(ON_BOTH, (DATE, NEXT)),
            plan=PLAN,
        )


@pytest.mark.parametrize(
    ("dag_id", "date"), [(d, date) for d in NATIVE for date in (DATE, NEXT)[: 1 + (d in ON_BOTH)]]
)
def test_both_systems_do_the_same(dag_id: str, date: str) -> None:
    result = results()[dag_id, date]
    assert not_passing(result) == []


def test_the_failing_dag_fails_on_both_sides() -> None:
    states = {date: results()["fails", date].states for date in (DATE, NEXT)}
    assert states == {"2024-01-03": ("failed", "failed"), "2024-01-04": ("success", "success")}
