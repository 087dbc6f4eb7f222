"""Runs of a production Dagster, read through its GraphQL: of a webserver, or of the instance of DAGSTER_HOME."""

import asyncio
import importlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from migrator.errors import ServiceError, UsageError
from migrator.findings.redact import redact
from migrator.parity.live import http
from migrator.parity.live.steps import Event, Steps
from migrator.record import dataclass

TOKEN = "MIGRATE_DAGSTER_TOKEN"
PAGE = 100
PARTITION = "dagster/partition"
DATES = ("airflow/logical_date", "logical_date")
RUNS = """query($filter: RunsFilter!, $cursor: String, $limit: Int!) {
  runsOrError(filter: $filter, cursor: $cursor, limit: $limit) {
    ... on Runs { results { runId status creationTime endTime tags { key value } } }
    ... on PythonError { message } ... on InvalidPipelineRunsFilterError { message } } }"""
PLAN = """query($id: ID!) { runOrError(runId: $id) {
  ... on Run { executionPlan { steps { key inputs { dependsOn { key } } } } } ... on PythonError { message } } }"""
EVENTS = """query($id: ID!, $cursor: String) { logsForRun(runId: $id, afterCursor: $cursor, limit: 1000) {
  ... on PythonError { message }
  ... on EventConnection { cursor hasMore events { __typename
    ... on MessageEvent { stepKey }
    ... on MaterializationEvent { assetKey { path } }
    ... on AssetMaterializationPlannedEvent { assetKey { path } }
    ... on ExecutionStepOutputEvent { metadataEntries { label ... on TextMetadataEntry { text } } }
    ... on ExecutionStepFailureEvent {
      failureMetadata { metadataEntries { label ... on TextMetadataEntry { text } } } } } } } }"""
VERSION = "{ version }"

Answers = Callable[[str, Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Run:
    """A run of a job; `about` is the key of its partition, or the logical date that its tags name."""

    run_id: str
    status: str
    about: str
    ended: float | None = None

    @property
    def finished(self) -> bool:
        """Whether it will not change any more."""
        return self.status in ("SUCCESS", "FAILURE", "CANCELED")


class Dagster:
    """`answers` takes a query and its variables, and gives what GraphQL does."""

    def __init__(self, answers: Answers, version: str = "") -> None:
        self._answers, self._version = answers, version

    def _ask(self, query: str, **variables: Any) -> Any:
        told = self._answers(query, variables)
        if told.get("errors"):
            raise ServiceError(f"Dagster: {redact(str(told['errors'][0].get('message')))}")
        return told["data"]

    @property
    def version(self) -> str:
        """Such as 1.13.27."""
        return self._version or str(self._ask(VERSION)["version"])

    def runs(self, job: str, since: datetime) -> list[Run]:
        """Those that were asked for after that time and say which interval they are about; oldest first."""
        asked = {"pipelineName": job, "createdAfter": since.timestamp()}
        found: list[Run] = []
        cursor = None
        while True:
            answer = self._ask(RUNS, filter=asked, cursor=cursor, limit=PAGE)["runsOrError"]
            if "results" not in answer:
                raise ServiceError(f"Dagster: {redact(answer.get('message', 'no runs'))}")
            found += [run for each in answer["results"] if (run := _run(each)).about]
            if len(answer["results"]) < PAGE:
                return found[::-1]
            cursor = answer["results"][-1]["runId"]

    def steps(self, run_ids: list[str]) -> Steps:
        """What the runs of one interval did together: a later one may have made only what was missing."""
        plans: dict[str, tuple[str, ...]] = {}
        for run_id in run_ids:
            plan = self._ask(PLAN, id=run_id)["runOrError"].get("executionPlan") or {"steps": []}
            plans.update({step["key"]: tuple(_befores(step)) for step in plan["steps"]})
        steps = Steps(plans)
        for run_id in run_ids:
            again = Steps(plans, makers=steps.makers)
            again.note(self._events(run_id))
            steps.seen.update(again.seen)
        return steps

    def _events(self, run_id: str) -> Iterator[Event]:
        cursor = None
        while True:
            answer = self._ask(EVENTS, id=run_id, cursor=cursor)["logsForRun"]
            if "events" not in answer:
                raise ServiceError(f"Dagster: run {run_id}: {redact(answer.get('message', 'it is gone'))}")
            yield from answer["events"]
            if not answer["hasMore"]:
                return
            cursor = answer["cursor"]


def _run(told: dict[str, Any]) -> Run:
    tags = {tag["key"]: tag["value"] for tag in told["tags"]}
    about = tags.get(PARTITION) or next((tags[name] for name in DATES if name in tags), "")
    return Run(told["runId"], told["status"], about, told["endTime"])


def _befores(step: dict[str, Any]) -> list[str]:
    return sorted({other["key"] for given in step["inputs"] for other in given["dependsOn"]})


def at(url: str, environment: Mapping[str, str]) -> Dagster:
    """The Dagster behind a webserver, with netrc's login or the token of MIGRATE_DAGSTER_TOKEN."""
    import requests

    session = requests.Session()
    if token := environment.get(TOKEN):
        session.headers.update({"Authorization": f"Bearer {token}", "Dagster-Cloud-Api-Token": token})
        session.trust_env = False

    def answers(query: str, variables: Mapping[str, Any]) -> Any:
        sent = {"query": query, "variables": dict(variables)}
        return http.body(http.ask(session, "POST", f"{url}/graphql", json=sent), "Dagster")

    return Dagster(answers)


def instance() -> Dagster:
    """The instance of DAGSTER_HOME, without a server. Raises UsageError where Dagster is not installed."""
    try:
        dagster = importlib.import_module("dagster")
        workspace = importlib.import_module("dagster._core.workspace.context")
        target = importlib.import_module("dagster._core.workspace.load_target")
        schema = importlib.import_module("dagster_graphql.schema").create_schema()
    except ImportError as error:
        raise UsageError(f"DAGSTER_HOME is read with Dagster: {error}; or give --dagster-url") from error
    try:
        home = dagster.DagsterInstance.get()
    except dagster.DagsterError as error:  # its settings are not complete here
        told = str(error).splitlines()
        why = next((line for line in told if "environment variable" in line), told[0])
        raise UsageError(f"DAGSTER_HOME cannot be read: {redact(why.strip()[:300])}") from error
    process = workspace.WorkspaceProcessContext(home, target.EmptyWorkspaceTarget())

    def answers(query: str, variables: Mapping[str, Any]) -> Any:
        context = process.create_request_context()
        told = asyncio.run(schema.execute_async(query, context_value=context, variables=dict(variables)))
        return {"data": told.data, "errors": [{"message": str(error)} for error in told.errors or ()]}

    return Dagster(answers, dagster.__version__)
