"""Where DAGs are run at the same time: one Airflow for all, and for each station a sandbox and a Dagster of its own.

Both sides of a DAG run in the same station, so that paths in values are the same.
"""

import contextlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from migrator.parity import airflow_side, clock
from migrator.parity.dagster_side import Dagster
from migrator.parity.job import Job
from migrator.parity.record import Record
from migrator.parity.sandbox import Sandbox
from migrator.parity.side import CouldNotRun
from migrator.runtime.airflow_client import Airflow, AirflowError


@dataclass(frozen=True)
class Station:
    """A sandbox, and the Dagster that runs in it."""

    sandbox: Sandbox
    dagster: Dagster


class Legacy:
    """The Airflow of all stations. It starts when the first run is asked for, and makes one at a time."""

    def __init__(self, job: Job, python: str) -> None:
        self._job = job
        environment = {**airflow_home(job.work), **job.sandbox.environment(), **job.told()}
        self._airflow = Airflow(python, job.dags, env=environment)
        self._alone = threading.Lock()
        self._failed: CouldNotRun | None = None
        self.version: str | None = None

    def __enter__(self) -> "Legacy":
        return self

    def __exit__(self, *_: object) -> None:
        self._airflow.close()

    def run(self, dag_id: str, out: Path, cwd: Path, sandbox: Sandbox) -> list[Record]:
        """The records of a DAG. Raises CouldNotRun."""
        files = {d: entry.file for d, entry in self._job.manifest.dags.items()}
        conf, first = self._job.plan.dag(dag_id).conf, self._first(dag_id)
        dates, timeout = self._job.dates_of(dag_id), self._job.timeout
        env = {**sandbox.environment(), **self._job.told(out / clock.NOTES)}
        with self._alone:
            self._start()
            return airflow_side.run(
                self._airflow, files[dag_id], dag_id, dates, out, conf, timeout, cwd, files, first, env
            )

    def cancel(self) -> None:
        """End the run in hand, from another thread: whoever waits for it is told."""
        self._failed = CouldNotRun("cancelled")
        self._airflow.cancel()

    def _start(self) -> None:
        """Raises CouldNotRun, once it did not start for every DAG that follows."""
        if self._failed is not None:
            raise self._failed
        if self.version is not None:
            return
        try:
            self.version = self._airflow.version
        except AirflowError as error:
            self._failed = CouldNotRun(f"Airflow: {error}")
            raise self._failed from error
        dates = {date for dag_id in self._job.dag_ids for date in self._job.dates_of(dag_id)}
        self._job.say(f"Airflow {self.version}: {len(self._job.dag_ids)} DAGs, {len(dates)} dates")

    def _first(self, dag_id: str) -> tuple[str, ...]:
        """The DAGs whose runs come first. Raises CouldNotRun for one that the project does not have."""
        named = self._job.plan.dag(dag_id).compare.first
        if unknown := [other for other in named if other not in self._job.manifest.dags]:
            raise CouldNotRun(
                f"the plan says that {', '.join(unknown)} runs first, which is no DAG of the project"
            )
        return named


@contextlib.contextmanager
def stations(job: Job, python: str, folder: Path) -> Iterator[list[Station]]:
    """As many as there are jobs, each with a Dagster beside one Airflow, which runs the tasks that are not native."""
    found = []
    with contextlib.ExitStack() as stack:
        for number in range(max(1, min(job.jobs, len(job.dag_ids)))):
            name = f"{job.sandbox.folder.name}{number + 1}" if number else job.sandbox.folder.name
            own = replace(job.sandbox, folder=job.sandbox.folder.with_name(name))
            needs = {"AIRFLOW_PYTHON": python, "AIRFLOW_DAGS_FOLDER": str(job.dags.resolve())}
            environment = {**airflow_home(job.work), **needs, **own.environment(), **job.told()}
            log = folder / (f"dagster{number + 1}.log" if number else "dagster.log")
            dagster = Dagster(job.project, env=environment, cwd=own.folder, log=log)
            found.append(Station(own, stack.enter_context(dagster)))
        yield found


def airflow_home(work: Path) -> dict[str, str]:
    """The user's own, for plugins and settings; a throw-away one where there is none."""
    return {"AIRFLOW_HOME": os.environ.get("AIRFLOW_HOME") or str(work.resolve() / "airflow_home")}
