"""Runs both sides of each DAG on the same fixtures and intervals, and compares their records."""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from migrator.errors import UsageError
from migrator.manifest import DagEntry, Manifest
from migrator.parity import airflow_side, record, tolerance
from migrator.parity.compare import Rules, compare
from migrator.parity.dagster_side import Dagster, Project
from migrator.parity.record import Record
from migrator.parity.result import Result
from migrator.parity.sandbox import Sandbox, collect
from migrator.parity.side import CouldNotRun, Moment
from migrator.plan import Plan
from migrator.runtime.airflow_client import Airflow, AirflowError

Say = Callable[[str], None]
Sides = dict[str, "list[Record] | CouldNotRun"]  # by dag id


@dataclass(frozen=True)
class Job:
    """What is compared, and where. `timeout`: seconds for a DAG on a side; `say` hears of progress.

    `own_dates`: of DAGs that have others than `dates`.
    """

    project: Project
    manifest: Manifest
    dags: Path
    dag_ids: list[str]
    dates: list[str]
    plan: Plan
    sandbox: Sandbox
    work: Path
    timeout: float = 1800
    say: Say = field(default=lambda line: None)
    own_dates: Mapping[str, list[str]] = field(default_factory=dict)

    def dates_of(self, dag_id: str) -> list[str]:
        """The dates of a DAG: its own, or those of all."""
        return self.own_dates.get(dag_id, self.dates)


def run(job: Job, airflow_pythons: list[str]) -> list[Result]:
    """A result for each Airflow, DAG and run that the dates mean. One start of a system serves all."""
    results: list[Result] = []
    for number, python in enumerate(airflow_pythons):
        folder = job.work / (f"airflow{number}" if len(airflow_pythons) > 1 else "airflow")
        version, left = _airflow_sides(job, python, folder)
        with _dagster(job, python, folder) as dagster:
            for dag_id in job.dag_ids:
                results += _results(job, dagster, dag_id, left[dag_id], version, folder / dag_id)
    return results


def _airflow_sides(job: Job, python: str, folder: Path) -> tuple[str | None, Sides]:
    """The Airflow records of all DAGs."""
    environment = {**_airflow_home(job.work), **job.sandbox.environment()}
    try:
        with Airflow(python, job.dags, env=environment) as airflow:
            job.say(f"Airflow {airflow.version}: {len(job.dag_ids)} DAGs, {len(job.dates)} dates")
            return airflow.version, {
                d: _airflow_side(job, airflow, d, folder / d / "airflow") for d in job.dag_ids
            }
    except AirflowError as error:
        failure = CouldNotRun(f"Airflow: {error}")
        return None, dict.fromkeys(job.dag_ids, failure)


def _airflow_home(work: Path) -> dict[str, str]:
    """The user's own, for plugins and settings; a throw-away one where there is none."""
    return {"AIRFLOW_HOME": os.environ.get("AIRFLOW_HOME") or str(work.resolve() / "airflow_home")}


def _airflow_side(job: Job, airflow: Airflow, dag_id: str, out: Path) -> list[Record] | CouldNotRun:
    job.say(f"  {dag_id} in Airflow")
    plan = job.plan.dag(dag_id)
    shutil.rmtree(
        out.parent, ignore_errors=True
    )  # what an earlier comparison left must not count for this one
    try:
        with job.sandbox.fresh(out / "sandbox") as here:
            files, runs = {d: entry.file for d, entry in job.manifest.dags.items()}, out / "runs"
            first, dates = _first(job, dag_id), job.dates_of(dag_id)
            found = airflow_side.run(
                airflow, files[dag_id], dag_id, dates, runs, plan.conf, job.timeout, here, files, first
            )
            _say_what_is_one_run(job, dag_id, found)
            job.sandbox.places.bring_in()
            return _with_outputs(found, here, plan.outputs)
    except CouldNotRun as error:
        return error


def _say_what_is_one_run(job: Job, dag_id: str, found: list[Record]) -> None:
    for each in found:
        if len(each.dates) > 1:
            job.say(f"  {dag_id}: {', '.join(each.dates)} mean the same run, which is made once")


def _first(job: Job, dag_id: str) -> tuple[str, ...]:
    """The DAGs whose runs come first. Raises CouldNotRun for one that the project does not have."""
    named = job.plan.dag(dag_id).compare.first
    if unknown := [other for other in named if other not in job.manifest.dags]:
        raise CouldNotRun(
            f"the plan says that {', '.join(unknown)} runs first, which is no DAG of the project"
        )
    return named


def _with_outputs(records: list[Record], sandbox: Path, globs: tuple[str, ...]) -> list[Record]:
    """The files that a sequence of dates has left behind belong to its last record."""
    last = replace(records[-1], outputs=collect(sandbox, globs, records[-1].folder))
    found = [*records[:-1], last]
    for each in found:
        record.write(each)
    return found


def _dagster(job: Job, python: str, folder: Path) -> Dagster:
    """Dagster beside one Airflow, which runs the tasks that are not native."""
    needs = {"AIRFLOW_PYTHON": python, "AIRFLOW_DAGS_FOLDER": str(job.dags.resolve())}
    environment = {**_airflow_home(job.work), **needs, **job.sandbox.environment()}
    return Dagster(job.project, env=environment, cwd=job.sandbox.folder, log=folder / "dagster.log")


def _results(
    job: Job,
    dagster: Dagster,
    dag_id: str,
    left: list[Record] | CouldNotRun,
    version: str | None,
    folder: Path,
) -> list[Result]:
    right: list[Record] | CouldNotRun = (
        left if isinstance(left, CouldNotRun) else _dagster_side(job, dagster, dag_id, left, folder)
    )
    if isinstance(left, CouldNotRun) or isinstance(right, CouldNotRun):
        known: dict[str, tuple[str, str] | None] = (
            dict.fromkeys(job.dates_of(dag_id))
            if isinstance(left, CouldNotRun)
            else {each.dates[0]: each.interval for each in left}
        )
        return [
            Result(dag_id, interval, version, None, error=str(right), date=date)
            for date, interval in known.items()
        ]
    rules = rules_of(job.manifest.dags[dag_id], job.plan, dag_id)
    pairs = zip(left, right, strict=True)
    return [replace(compare(one, two, rules), date=one.dates[0]) for one, two in pairs]


def _dagster_side(
    job: Job, dagster: Dagster, dag_id: str, left: list[Record], folder: Path
) -> list[Record] | CouldNotRun:
    """The records of the intervals that Airflow has run."""
    job.say(f"  {dag_id} in Dagster")
    plan, out = job.plan.dag(dag_id), folder / "dagster"
    moments = [Moment(each.dates[0], each.interval, each.logical_date, each.first) for each in left]
    entries = job.manifest.dags
    try:
        with job.sandbox.fresh(out / "sandbox") as here:
            runs = out / "runs"
            found = dagster.run(dag_id, entries, moments, runs, conf=plan.conf, cwd=here, timeout=job.timeout)
            job.sandbox.places.bring_in()
            return _with_outputs(found, here, plan.outputs)
    except CouldNotRun as error:
        return error


def rules_of(entry: DagEntry, plan: Plan, dag_id: str) -> Rules:
    """What the plan and the manifest say about the comparison of one DAG."""
    said = plan.dag(dag_id).compare
    contracted = {
        t: "has no step in Dagster: only its order mattered"
        for t, e in entry.tasks.items()
        if e.disposition == "contracted"
    }
    ignored = dict.fromkeys(said.ignore_tasks, "the plan leaves it out")
    return Rules(
        said.keys,
        frozenset(said.ignore_columns),
        {column: tolerance.read(gap) for column, gap in said.tolerance.items()},
        {**contracted, **ignored},
        rename=said.rename,
        ordered=said.ordered,
    )


def choose(manifest: Manifest, dag_ids: list[str]) -> list[str]:
    """The DAGs to compare: those named, or all. Raises UsageError for one that the project does not have."""
    unknown = [dag_id for dag_id in dag_ids if dag_id not in manifest.dags]
    if unknown:
        raise UsageError(
            f"the project has no DAG {', '.join(unknown)}; it has {', '.join(sorted(manifest.dags))}"
        )
    return dag_ids or sorted(manifest.dags)
