"""Runs both sides of each DAG on the same fixtures and intervals, and compares their records."""

import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

from migrator.errors import UsageError
from migrator.manifest import Manifest
from migrator.parity import clock
from migrator.parity.fingerprint import Fingerprints
from migrator.parity.job import Job
from migrator.parity.result import Result
from migrator.parity.sides import Sides
from migrator.parity.stations import Legacy, Station, stations

LOOK = 0.2  # seconds; Polars handles Ctrl-C in a way that does not end a wait without a limit


def run(job: Job, airflow_pythons: list[str]) -> list[Result]:
    """A result for each Airflow, DAG and run that the dates mean. One start of a system serves all."""
    results: list[Result] = []
    if job.clock:
        clock.check_project(job.project.folder)
        for python in (*airflow_pythons, job.project.python):
            job.clock.check(python)
    count = _counter(job, len(airflow_pythons))
    for number, python in enumerate(airflow_pythons):
        folder = job.work / (f"airflow{number}" if len(airflow_pythons) > 1 else "airflow")
        if not job.resume:  # what an earlier comparison left must not count for this one
            for dag_id in job.dag_ids:
                shutil.rmtree(folder / dag_id, ignore_errors=True)
        with Legacy(job, python) as legacy, stations(job, python, folder) as where:
            sides = Sides(job, legacy, Fingerprints(job, python), folder, count)
            results += _in_turn(sides, where[0]) if len(where) == 1 else _at_once(sides, where)
    return results


def _counter(job: Job, airflows: int) -> Callable[[], None]:
    """Called for each side that has ended, by whichever thread."""
    total, done, alone = len(job.dag_ids) * airflows * (4 if job.twice else 2), 0, threading.Lock()

    def ended() -> None:
        nonlocal done
        with alone:
            done += 1
            job.progress(done, total)

    return ended


def _in_turn(sides: Sides, station: Station) -> list[Result]:
    return [result for dag_id in sides.job.dag_ids for result in sides.results(dag_id, station)]


def _at_once(sides: Sides, where: list[Station]) -> list[Result]:
    """Each DAG goes to the station that is free next, but for those that have begun in one: they go on there.

    Results are in the order of the DAGs.
    """
    folders = {str(station.sandbox.folder) for station in where}
    begun = {dag_id: sides.begun_in(dag_id) for dag_id in sides.job.dag_ids}
    waiting, alone = list(sides.job.dag_ids), threading.Lock()
    found: dict[str, list[Result]] = {}

    def next_for(station: Station) -> str | None:
        with alone:
            own = str(station.sandbox.folder)
            mine = (d for d in waiting if begun[d] == own or begun[d] not in folders)
            dag_id = next(mine, None)
            if dag_id is not None:
                waiting.remove(dag_id)
            return dag_id

    def work(station: Station) -> None:
        while (dag_id := next_for(station)) is not None:
            found[dag_id] = sides.results(dag_id, station)

    with ThreadPoolExecutor(len(where)) as pool:
        try:
            pending = {pool.submit(work, station) for station in where}
            while pending:
                done, pending = wait(pending, LOOK)
                for each in done:
                    each.result()
        except BaseException:  # an interrupt too: what runs in the other threads must not go on
            waiting.clear()
            sides.legacy.cancel()
            for station in where:
                station.dagster.cancel()
            raise
    return [result for dag_id in sides.job.dag_ids for result in found[dag_id]]


def choose(manifest: Manifest, dag_ids: list[str]) -> list[str]:
    """The DAGs to compare: those named, or all. Raises UsageError for one that the project does not have."""
    unknown = [dag_id for dag_id in dag_ids if dag_id not in manifest.dags]
    if unknown:
        raise UsageError(
            f"the project has no DAG {', '.join(unknown)}; it has {', '.join(sorted(manifest.dags))}"
        )
    return dag_ids or sorted(manifest.dags)
