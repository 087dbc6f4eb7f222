"""What became of each step of a Dagster run, read off its events and its plan."""

from collections.abc import Iterable
from typing import Any

import dagster as dg

SUCCESS, FAILED, SKIPPED, UPSTREAM_FAILED = "success", "failed", "skipped", "upstream_failed"
STATES = (SUCCESS, FAILED, SKIPPED, UPSTREAM_FAILED)
STARTED = "started"

Metadata = dict[str, Any]


class Step:
    """What the events of a run say about one step."""

    def __init__(self) -> None:
        self.state: str | None = None
        self.retries = 0
        self.outputs: dict[str, Metadata] = {}  # by name, of those that are not one of many
        self.mapping: dict[str, Metadata] = {}  # by mapping key, in the order they came
        self.handled: set[str] = set()  # outputs that went through an IO manager
        self.assets: set[dg.AssetKey] = set()

    @property
    def told(self) -> str | None:
        """What a step that ended well says about its task: a task that did nothing is a green step."""
        first = self.outputs.get("outcome", {}).get("state")
        told = [first, *(metadata.get("state") for metadata in self.outputs.values())]
        return next((state for state in told if state in STATES), None)

    def note(self, event: dg.DagsterEvent) -> None:
        """Take one more event into account."""
        kind, data = event.event_type_value, event.event_specific_data
        if kind == "STEP_START":
            self.state = self.state or STARTED
        elif kind == "STEP_UP_FOR_RETRY":
            self.retries += 1
        elif kind == "STEP_OUTPUT":
            self.note_output(data)
        elif kind == "HANDLED_OUTPUT":
            self.handled.add(getattr(data, "output_name", ""))
        elif kind == "ASSET_MATERIALIZATION" and event.asset_key:
            self.assets.add(event.asset_key)
        elif kind in ("STEP_SKIPPED", "STEP_SUCCESS"):
            self.state = SKIPPED if kind == "STEP_SKIPPED" else SUCCESS
        elif kind == "STEP_FAILURE":
            self.note_failure(data)

    def note_output(self, data: Any) -> None:
        handle = data.step_output_handle
        metadata = {name: value.value for name, value in data.metadata.items()}
        if handle.mapping_key:
            self.mapping[handle.mapping_key] = metadata
        else:
            self.outputs[handle.output_name] = metadata

    def note_failure(self, data: Any) -> None:
        user = data.user_failure_data
        told = user.metadata.get("state") if user else None
        self.state = told.value if told is not None and told.value in STATES else FAILED


def read_events(instance: dg.DagsterInstance, run_id: str) -> tuple[dict[str, Step], dict[dg.AssetKey, str]]:
    """All steps that had an event of their own, and which step is to make which asset."""
    steps: dict[str, Step] = {}
    planned: dict[dg.AssetKey, str] = {}
    for entry in instance.all_logs(run_id):
        event = entry.dagster_event
        if event is None or event.step_key is None:
            continue
        if event.event_type_value == "ASSET_MATERIALIZATION_PLANNED" and event.asset_key:
            planned[event.asset_key] = event.step_key
        else:
            steps.setdefault(event.step_key, Step()).note(event)
    return {key: step for key, step in steps.items() if step.state or step.outputs or step.retries}, planned


class Plan:
    """The steps as they were planned; those that never started have a state by what was before them."""

    def __init__(self, planned: Iterable[Any], steps: dict[str, Step]) -> None:
        self.steps = steps
        self.before: dict[str, list[str]] = {}
        self.optional: set[str] = set()
        for step in planned:
            handles = [handle for given in step.inputs for handle in given.upstream_output_handles]
            self.before[step.key] = sorted({handle.step_key for handle in handles})
            if step.outputs and all(may_lack(output) for output in step.outputs):
                self.optional.add(step.key)

    def state(self, key: str) -> str:
        """How a step ended, in Airflow's words."""
        step = self.steps.get(key)
        if step is None:
            return self.state_of_silent(key)
        if step.state != SUCCESS:
            return FAILED if step.state in (STARTED, None) else step.state
        empty = planned_key(key) in self.optional and not step.outputs and not step.mapping
        return step.told or (SKIPPED if empty else SUCCESS)

    def state_of_silent(self, key: str) -> str:
        """A mapped step as a whole is as bad as its instances; what never started, as what was before it."""
        instances = [place for place in self.places(split(key)[0]).values() if place in self.steps]
        whole = split(key)[1] == "?" and bool(instances)
        states = {self.state(other) for other in (instances if whole else self.befores(key))}
        if states & {FAILED, UPSTREAM_FAILED}:
            return UPSTREAM_FAILED
        return SUCCESS if whole and SUCCESS in states else SKIPPED

    def befores(self, key: str) -> list[str]:
        """The steps before one; those of a mapped one are of the same index."""
        index = split(key)[1]
        names = [(other, *split(other)) for other in self.before[planned_key(key)]]
        return [f"{name}[{index}]" if place == "?" and index else other for other, name, place in names]

    def source(self, key: str) -> str | None:
        """The step whose outputs a mapped step runs for, when it put any out."""
        for other in self.before[key]:
            if split(other)[1] == "?":
                return self.source(other)
            if other in self.steps and self.steps[other].mapping:
                return other
        return None

    def places(self, name: str) -> dict[int, str]:
        """The step keys of a node, by map index; -1 for one that is not mapped, or mapped over nothing."""
        if f"{name}[?]" not in self.before:
            return {-1: name} if name in self.before else {}
        source = self.source(f"{name}[?]")
        found = {}
        for place, (key, metadata) in enumerate(self.steps[source].mapping.items() if source else ()):
            real = metadata.get("state", SUCCESS) == SUCCESS
            found[(int(key) if key.isdigit() else place) if real else -1] = f"{name}[{key}]"
        return found or {-1: f"{name}[?]"}


def may_lack(output: Any) -> bool:
    """Whether a step may end well without it; many that turn out to be none are not lacking."""
    return not output.properties.is_required and not output.properties.is_dynamic


def split(key: str) -> tuple[str, str]:
    """A step's node and mapping key: "2" for `count[2]`, "?" for `count[?]` (all of them), "" for `count`."""
    name, _, index = key.partition("[")
    return name, index.removesuffix("]")


def planned_key(key: str) -> str:
    """The key of a step in the plan: that of all instances for a mapped one."""
    name, index = split(key)
    return f"{name}[?]" if index else name
