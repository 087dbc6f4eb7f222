"""What the events and the plan of a Dagster run, as GraphQL tells them, say about the tasks of a DAG."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any

from migrator.manifest import DagEntry, TaskEntry
from migrator.parity.record import TaskRecord
from migrator.record import dataclass

SUCCESS, FAILED, SKIPPED, UPSTREAM_FAILED = "success", "failed", "skipped", "upstream_failed"
STATES = (SUCCESS, FAILED, SKIPPED, UPSTREAM_FAILED)
Event = dict[str, Any]
ENDS = {
    "ExecutionStepSuccessEvent": SUCCESS,
    "ExecutionStepFailureEvent": FAILED,
    "ExecutionStepSkippedEvent": SKIPPED,
}


class Step:
    """One step of a run. What it says of its task's state counts more than how it ended itself."""

    def __init__(self) -> None:
        self.state = FAILED  # one that started and never ended
        self.retries = self.outputs = 0
        self.told: str | None = None
        self.assets: set[tuple[str, ...]] = set()

    def note(self, event: Event) -> None:
        """Take one more event into account."""
        kind = event["__typename"]
        if kind in ENDS:
            self.state = ENDS[kind]
        elif kind == "ExecutionStepUpForRetryEvent":
            self.retries += 1
        elif kind == "ExecutionStepOutputEvent":
            self.outputs += 1
        elif kind == "MaterializationEvent" and event["assetKey"]:
            self.assets.add(tuple(event["assetKey"]["path"]))
        failure = event.get("failureMetadata") or {}
        told = [*(event.get("metadataEntries") or ()), *(failure.get("metadataEntries") or ())]
        states = [entry.get("text") for entry in told if entry["label"] == "state"]
        self.told = next((state for state in states if state in STATES), self.told)


@dataclass(frozen=True)
class Steps:
    """`before`: the steps that each planned one waits for; `makers`: the steps that are to make assets."""

    before: Mapping[str, tuple[str, ...]]
    seen: dict[str, Step] = field(default_factory=dict)
    makers: dict[tuple[str, ...], str] = field(default_factory=dict)

    def note(self, events: Iterable[Event]) -> None:
        """Take the events of a run into account, in their order."""
        for event in events:
            key = event.get("stepKey")
            if not key:
                continue
            if event["__typename"] == "AssetMaterializationPlannedEvent":
                self.makers[tuple(event["assetKey"]["path"])] = key
            else:
                self.seen.setdefault(key, Step()).note(event)

    def state(self, key: str) -> str:
        """In Airflow's words; of a step that never started by what was before it."""
        step = self.seen.get(key)
        if step is None:
            return self._of_silent(key)
        if step.state != SUCCESS:
            return step.told if step.state == FAILED and step.told else step.state
        return step.told or (SUCCESS if step.outputs or step.assets else SKIPPED)

    def _of_silent(self, key: str) -> str:
        name = key.partition("[")[0]
        instances = self.instances(name) if key.endswith("[?]") else {}
        before = list(instances.values()) or list(self.before.get(key, ()))
        states = {self.state(other) for other in before}
        if states & {FAILED, UPSTREAM_FAILED}:
            return UPSTREAM_FAILED
        return SUCCESS if instances and SUCCESS in states else SKIPPED

    def instances(self, name: str) -> dict[int, str]:
        """Of a mapped step, those that were there."""
        found = [key for key in self.seen if key.startswith(f"{name}[") and not key.endswith("[?]")]
        marks = {key: key[len(name) + 1 : -1] for key in found}
        return {(int(mark) if mark.isdigit() else at): key for at, (key, mark) in enumerate(marks.items())}

    def places(self, name: str) -> dict[int, str]:
        """The steps of an op, by map index; none for an op that the job does not have."""
        if f"{name}[?]" in self.before:
            return self.instances(name) or {-1: f"{name}[?]"}
        return {-1: name} if name in self.before else {}


def tasks(entry: DagEntry, steps: Steps) -> list[TaskRecord]:
    """The DAG's tasks as this run did them, without values; those without a step are not among them."""
    found = []
    for task_id, task in sorted(entry.tasks.items()):
        if task.asset_key:
            found += _asset(task_id, task, steps)
        elif task.op:
            found += [
                _task(task_id, at, key, steps, None) for at, key in sorted(steps.places(task.op).items())
            ]
    return found


def _asset(task_id: str, task: TaskEntry, steps: Steps) -> list[TaskRecord]:
    key = steps.makers.get(task.asset_key or ())
    return [_task(task_id, -1, key, steps, task.asset_key)] if key else []


def _task(task_id: str, index: int, key: str, steps: Steps, asset: tuple[str, ...] | None) -> TaskRecord:
    step, state = steps.seen.get(key), steps.state(key)
    if asset and step and state == SUCCESS and asset not in step.assets:
        state = SKIPPED  # the step ended well and chose not to put this asset out
    tries = 1 + step.retries if step and state in (SUCCESS, FAILED) else 0
    return TaskRecord(task_id, index, state, tries)
