"""Runs one DAG in the Airflow and in the Dagster that were started, by REST and by GraphQL."""

import base64
import contextlib
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import quote

from migrator.errors import ServiceError
from migrator.manifest import DagEntry
from migrator.services.airflow import USER, Airflow
from migrator.services.dagster import Dagster, Location
from migrator.services.health import fetch

T = TypeVar("T")

PAUSE = 1.0
PATIENCE = 120.0  # seconds for one answer
REPOSITORY = "__repository__"
PARTITIONS = """query($at: RepositorySelector!, $job: String!) {
  partitionSetsOrError(repositorySelector: $at, pipelineName: $job) {
    ... on PartitionSets { results { name partitionsOrError { ... on Partitions { results { name } } } } }
  } }"""
LAUNCH = """mutation($p: ExecutionParams!) { launchRun(executionParams: $p) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
  ... on RunConfigValidationInvalid { errors { message } } } }"""
STATUS = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"


@dataclass(frozen=True)
class Ran:
    """How it ended, by the words of the system."""

    system: str
    dag_id: str
    run_id: str
    state: str
    seconds: float

    @property
    def well(self) -> bool:
        """Whether the run succeeded."""
        return self.state.lower() == "success"


@dataclass(frozen=True)
class Check:
    """What both sides run, and how long they may take."""

    dag_id: str
    date: str | None = None
    file: str = ""  # the DAG's, below the folder of DAG files
    timeout: float = 900.0
    look: Callable[[], None] = lambda: None  # raises when a service has died meanwhile

    def until(self, what: str, done: Callable[[], T | None]) -> T:
        """The first answer. Raises ServiceError when there is none in time, and what `look` raises."""
        end = time.monotonic() + self.timeout
        while time.monotonic() < end:
            self.look()
            with contextlib.suppress(OSError):  # a busy server answers the next time
                if found := done():
                    return found
            time.sleep(PAUSE)
        raise ServiceError(f"{what} took more than {self.timeout:.0f} s")


class AirflowApi:
    """The REST API of Airflow 2 or 3, as its administrator."""

    def __init__(self, airflow: Airflow) -> None:
        self.airflow = airflow
        self.base = f"{airflow.url}/api/{'v1' if airflow.interpreter.major == 2 else 'v2'}"
        self._headers = self._login()

    def _login(self) -> dict[str, str]:
        if self.airflow.interpreter.major == 2:
            pair = f"{USER}:{self.airflow.password}".encode()
            return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        sent = {"username": USER, "password": self.airflow.password}
        token = json.loads(fetch(f"{self.airflow.url}/auth/token", sent, PATIENCE))["access_token"]
        return {"Authorization": f"Bearer {token}"}

    def ask(self, path: str, body: Any = None, method: str | None = None) -> Any:
        """An answer. Raises ServiceError with what Airflow said, and OSError."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **self._headers}
        request = urllib.request.Request(f"{self.base}{path}", data, headers, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=PATIENCE) as answer:
                return json.loads(answer.read() or "null")
        except urllib.error.HTTPError as error:
            told = error.read().decode(errors="replace")[:500]
            raise ServiceError(f"Airflow answered {error.code} to {path}: {told}") from error

    def knows(self, dag_id: str, file: str) -> bool:
        """Whether the DAG has been read, which takes a while. Raises ServiceError if its file is broken."""
        try:
            self.ask(f"/dags/{quote(dag_id)}")
        except (ServiceError, OSError):
            errors = self.ask("/importErrors")["import_errors"]
            if broken := [each for each in errors if file and each["filename"].endswith(file)]:
                told = "\n".join(f"{each['filename']}: {each['stack_trace']}" for each in broken)
                raise ServiceError(f"Airflow cannot read the DAG file:\n{told}") from None
            return False
        return True


def run_in_airflow(airflow: Airflow, check: Check, interval: tuple[str, str] | None) -> Ran:
    """One manual run of the DAG, which is paused again afterwards if it was."""
    api, began = AirflowApi(airflow), time.monotonic()
    path = f"/dags/{quote(check.dag_id)}"
    check.until(f"reading {check.dag_id}", lambda: api.knows(check.dag_id, check.file) or None)
    run_id = f"migrate_up_check_{time.time_ns()}"
    body: dict[str, Any] = {"dag_run_id": run_id}
    if interval:
        body |= {
            "logical_date": interval[0],
            "data_interval_start": interval[0],
            "data_interval_end": interval[1],
        }
    elif airflow.interpreter.major == 3:
        body["logical_date"] = None
    paused = api.ask(path)["is_paused"]
    api.ask(path, {"is_paused": False}, "PATCH")
    try:
        api.ask(f"{path}/dagRuns", body)
        state = check.until(
            f"the run of {check.dag_id} in Airflow", lambda: _ended(api, f"{path}/dagRuns/{run_id}")
        )
    finally:
        if paused:
            api.ask(path, {"is_paused": True}, "PATCH")
    return Ran(
        f"Airflow {airflow.interpreter.version}", check.dag_id, run_id, state, time.monotonic() - began
    )


def _ended(api: AirflowApi, path: str) -> str | None:
    state: str = api.ask(path)["state"]
    return state if state in ("success", "failed") else None


def run_in_dagster(dagster: Dagster, at: Location, job: str, check: Check, partition: str | None) -> Ran:
    """One run of the job."""
    began = time.monotonic()
    selector = {"repositoryLocationName": at.name, "repositoryName": REPOSITORY, "jobName": job}
    tags = [{"key": "dagster/partition", "value": partition}] if partition else []
    params = {"selector": selector, "runConfigData": {}, "executionMetadata": {"tags": tags}}
    launched = dagster.ask(LAUNCH, p=params)["launchRun"]
    if "run" not in launched:
        raise ServiceError(f"Dagster did not start {job} of {at.name}: {launched}")
    run_id = launched["run"]["runId"]

    def ended() -> str | None:
        status: str = dagster.ask(STATUS, id=run_id)["runOrError"]["status"]
        return status if status in ("SUCCESS", "FAILURE", "CANCELED") else None

    state = check.until(f"the run of {job} in Dagster", ended)
    return Ran(f"Dagster, {at.name}", check.dag_id, run_id, state, time.monotonic() - began)


def partitions_of(dagster: Dagster, at: Location, job: str, check: Check) -> list[str]:
    """The partition keys of a job, in order; none when it has no partitions."""
    place = {"repositoryLocationName": at.name, "repositoryName": REPOSITORY}

    def found() -> list[Any] | None:
        """None until the location has been loaded. What has no partitions has a list as well."""
        asked = dagster.ask(PARTITIONS, at=place, job=job)["partitionSetsOrError"]
        return [asked["results"]] if "results" in asked else None

    (sets,) = check.until(f"loading {at.name}", found)
    return [each["name"] for one in sets for each in one["partitionsOrError"].get("results", [])]


def interval_of(keys: list[str], date: str | None) -> tuple[str, str, str] | None:
    """Key, start and end of a date's partition, or of the last. Raises ServiceError for a date without one."""
    if not keys:
        return None
    days = {key.partition("|")[0][:10]: key for key in keys}
    starts = sorted(days)
    day = date or starts[-1]
    if day not in days:
        raise ServiceError(f"there is no partition {day}: they go from {starts[0]} to {starts[-1]}")
    return days[day], f"{day}T00:00:00+00:00", f"{_after(starts, day)}T00:00:00+00:00"


def _after(starts: list[str], day: str) -> str:
    from datetime import date, timedelta

    place = starts.index(day)
    if place + 1 < len(starts):
        return starts[place + 1]
    length = date.fromisoformat(day) - date.fromisoformat(starts[place - 1]) if place else timedelta(1)
    return str(date.fromisoformat(day) + length)


def choose(dags: dict[str, DagEntry]) -> str:
    """The DAG to run when none was named: one that nothing has to happen before, if there is any."""
    independent = [dag_id for dag_id, entry in dags.items() if entry.schedule or not entry.partitions]
    return min(independent or dags)


def play(airflow: Airflow, dagster: Dagster, check: Check, say: Callable[[Ran], None]) -> list[Ran]:
    """The DAG in Airflow, then in each code location that has it."""
    from migrator import manifest as manifests

    jobs, file = [], ""
    for at in dagster.locations:
        manifest = manifests.read(at.project)
        entry = manifest.dags.get(check.dag_id) if manifest else None
        if entry is not None:
            jobs.append((at, entry.job))
            file = entry.file
    if not jobs:
        raise ServiceError(f"no project has the DAG {check.dag_id}")
    check = replace(check, file=file)
    found = {at.name: interval_of(partitions_of(dagster, at, job, check), check.date) for at, job in jobs}
    first = next((each for each in found.values() if each), None)
    ran = [run_in_airflow(airflow, check, first[1:] if first else None)]
    say(ran[-1])
    for at, job in jobs:
        chosen = found[at.name]
        ran.append(run_in_dagster(dagster, at, job, check, chosen[0] if chosen else None))
        say(ran[-1])
    return ran
