"""What people do in Dagster's pages, by GraphQL: launch a backfill, switch a sensor on, take in new code."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from migrator.errors import ServiceError
from migrator.services.check import REPOSITORY, Check
from migrator.services.dagster import Dagster, Location

BACKFILL = """mutation($p: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $p) {
  __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
BACKFILL_STATUS = """query($id: String!) {
  partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status } } }"""
START = """mutation($at: SensorSelector!) { startSensor(sensorSelector: $at) {
  __typename ... on Sensor { sensorState { status } } ... on PythonError { message } } }"""
RELOAD = """mutation($name: String!) { reloadRepositoryLocation(repositoryLocationName: $name) {
  __typename ... on WorkspaceLocationEntry {
    locationOrLoadError { __typename ... on PythonError { message } } } } }"""
RUNS = """query($job: String!) { runsOrError(filter: {pipelineName: $job}) { ... on Runs {
  results { runId status tags { key value } } } } }"""
CHECKS = """query($id: ID!) { runOrError(runId: $id) { ... on Run { eventConnection(limit: 1000) { events {
  __typename ... on AssetCheckEvaluationEvent { evaluation { checkName success assetKey { path } description
    metadataEntries { label ... on IntMetadataEntry { intRepr } ... on TextMetadataEntry { text } } } } } } } } }"""


@dataclass(frozen=True)
class Run:
    """One of a job; `state` is Dagster's word."""

    run_id: str
    state: str
    tags: dict[str, str]

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self.state in ("SUCCESS", "FAILURE", "CANCELED")


def backfill(dagster: Dagster, at: Location, job: str, keys: list[str], check: Check) -> tuple[str, str]:
    """A run of the job for each partition; its id and how it ended. Raises ServiceError."""
    repository = {"repositoryLocationName": at.name, "repositoryName": REPOSITORY}
    selector = {"partitionSetName": f"{job}_partition_set", "repositorySelector": repository}
    asked = {"selector": selector, "partitionNames": keys}
    launched = dagster.ask(BACKFILL, p=asked)["launchPartitionBackfill"]
    if "backfillId" not in launched:
        raise ServiceError(f"Dagster did not start a backfill of {job}: {launched}")
    backfill_id: str = launched["backfillId"]

    def ended() -> str | None:
        status: str = dagster.ask(BACKFILL_STATUS, id=backfill_id)["partitionBackfillOrError"]["status"]
        return status if status.startswith(("COMPLETED", "FAILED", "CANCEL")) else None

    return backfill_id, check.until(f"the backfill of {job}", ended)


def switch_on(dagster: Dagster, at: Location, sensor: str) -> None:
    """The daemon looks from now on. Raises ServiceError."""
    selector = {
        "repositoryLocationName": at.name,
        "repositoryName": REPOSITORY,
        "sensorName": sensor,
    }
    started = dagster.ask(START, at=selector)["startSensor"]
    if started["__typename"] != "Sensor":
        raise ServiceError(f"Dagster did not switch {sensor} on: {started}")


def take_in(dagster: Dagster, at: Location) -> None:
    """The code of a location is loaded anew, as after a deployment. Raises ServiceError when it does not load."""
    loaded = dagster.ask(RELOAD, name=at.name)["reloadRepositoryLocation"]
    found = loaded.get("locationOrLoadError", loaded)
    if found["__typename"] != "RepositoryLocation":
        raise ServiceError(f"Dagster cannot load {at.name}: {found}")


def runs_of(dagster: Dagster, jobs: Iterable[str]) -> list[Run]:
    """The runs of these jobs, in any state."""
    found = [run for job in jobs for run in dagster.ask(RUNS, job=job)["runsOrError"]["results"]]
    return [
        Run(run["runId"], run["status"], {tag["key"]: tag["value"] for tag in run["tags"]}) for run in found
    ]


def failed_checks(dagster: Dagster, run_id: str) -> list[str]:
    """Asset checks that did not pass in a run, each with what it says."""
    events = dagster.ask(CHECKS, id=run_id)["runOrError"]["eventConnection"]["events"]
    found = [event["evaluation"] for event in events if event.get("evaluation")]
    return [_told(each) for each in found if not each["success"]]


def _told(evaluation: dict[str, Any]) -> str:
    entries = [
        (entry["label"], entry.get("text") or entry.get("intRepr")) for entry in evaluation["metadataEntries"]
    ]
    said = [f"{label}: {value}" for label, value in entries if value]
    more = ", ".join([*filter(None, [evaluation["description"]]), *said])
    return ": ".join(
        filter(None, [f"{evaluation['checkName']} of {evaluation['assetKey']['path'][-1]}", more])
    )
