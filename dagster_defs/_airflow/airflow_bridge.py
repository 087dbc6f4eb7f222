"""One Airflow task inside a native job or asset: its operator runs in the user's own Airflow.

    sales_in_airflow = AirflowTasks("sales", file="sales.py")

    @dg.asset(deps=[...], output_required=False)
    def report(context: dg.AssetExecutionContext, airflow: AirflowRun, orders):
        yield from sales_in_airflow.outputs(context, airflow, "report", {"orders": orders})

Templates, connections, Variables, `ti.xcom_pull`, callbacks and logs are Airflow's. What the native side knows is
given: what the tasks before it returned, and how they ended. Whether the task runs has been decided by then. It
shares the warm Airflow process of the run.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg

from .airflow_client import AirflowError
from .airflow_run import AirflowRun, TaskLog, run_created_at
from .airflow_values import decoded, encoded

RETURNED = "return_value"
ENDED_WELL = frozenset({"success", "skipped", "removed"})
ALL = "all_xcoms"  # in place of a key: whatever the task has pushed, by key
SECONDS = 30 * 86_400  # a task has limits of its own
DATE_TAG, END_TAG = (
    "logical_date",
    "data_interval_end",
)  # of a run without a partition, as runtime/dates.py has it
Context = dg.OpExecutionContext | dg.AssetExecutionContext


@dataclass(frozen=True)
class Upstream:
    """How a task before the bridged one ended, and what it pushed, by key."""

    state: str = "success"
    xcoms: Mapping[str, Any] | None = field(default_factory=dict)  # None: it left nothing behind


@dataclass(frozen=True)
class Instance:
    """One instance of the task; a task that is not mapped has one, whose map_index is -1."""

    map_index: int
    state: str
    tries: int
    xcoms: Mapping[str, Any]


@dataclass(frozen=True)
class Ran:
    """How a bridged task ended: success or skipped. `skips` are the tasks that it has decided to skip."""

    instances: Sequence[Instance]
    skips: Sequence[str] = ()

    @property
    def skipped(self) -> bool:
        """Whether there is nothing to hand on, as no instance has run."""
        return all(instance.state != "success" for instance in self.instances)

    @property
    def xcoms(self) -> Mapping[str, Any]:
        """What the task pushed, by key; of a mapped task a list for each key."""
        if [instance.map_index for instance in self.instances] == [-1]:
            return self.instances[0].xcoms
        keys = {key: None for instance in self.instances for key in instance.xcoms}
        return {key: [each.xcoms[key] for each in self.instances if key in each.xcoms] for key in keys}

    @property
    def value(self) -> Any:
        """What the task returned; of a mapped task a list."""
        return self.get(RETURNED)

    def get(self, key: str) -> Any:
        """What it pushed under a key; under ALL, everything."""
        return dict(self.xcoms) if key == ALL else self.xcoms.get(key)


def with_keys(returned: Mapping[str, Any] | None) -> Upstream:
    """A dict that a task returned, whose items are XComs as well: TaskFlow's `multiple_outputs`."""
    return Upstream(xcoms={**(returned or {}), RETURNED: returned})


class Failed(dg.Failure):
    """The task has failed; what it did before is in `ran`."""

    def __init__(self, description: str, metadata: Mapping[str, Any], again: bool, ran: Ran) -> None:
        super().__init__(description, dict(metadata), again)
        self.ran = ran


@dataclass(frozen=True)
class Ended:
    """How a task ended, for an `outcome_op`: what it returned and pushed, and the ops that it skips.

    One that failed, with `error`, may have pushed something before it did.
    """

    skipped: bool
    values: tuple[Any, ...]
    skips: tuple[str, ...]
    error: dg.Failure | None = None
    others: tuple[str, ...] = ()  # how some instances of a mapped task ended, where not all ended alike


@dataclass(frozen=True)
class AirflowTasks:
    """The tasks of one DAG, run one by one as steps of a native job.

    `ops` has the names of ops that are not called by their task's id, by that id.
    """

    dag_id: str
    file: str
    folder: str | Path | None = None
    ops: Mapping[str, str] = field(default_factory=dict)

    def run(
        self,
        context: Context,
        airflow: AirflowRun,
        task_id: str,
        inputs: Mapping[str, Any] | None = None,
        *,
        keys: Sequence[str] = (),
        before: Mapping[str, str] | None = None,
    ) -> Ended:
        """The task, in an `outcome_op`.

        Args:
            inputs: by task id, what that task returned, or an `Upstream`.
            keys: the XComs beside its return value that others read, or ALL: one for each of the op's `pushes`.
            before: how the ops before it ended; all well without it.
        """
        error = None
        try:
            ran = self._run(context, airflow, task_id, inputs, before)
        except Failed as failure:
            ran, error = failure.ran, failure
        skips = tuple(self.ops.get(skipped, skipped) for skipped in ran.skips)
        values = tuple(ran.get(key) for key in (RETURNED, *keys))
        states = {each.state for each in ran.instances}
        others = ("skipped",) if "skipped" in states and not ran.skipped else ()
        return Ended(ran.skipped and error is None, values, skips, error, others)

    def outputs(
        self,
        context: Context,
        airflow: AirflowRun,
        task_id: str,
        inputs: Mapping[str, Any] | None = None,
        *,
        keys: Sequence[str] = (),
    ) -> Iterator[dg.Output[Any]]:
        """The task, as an asset: its value, and one for each of the keys. Nothing when it was skipped."""
        ran = self._run(context, airflow, task_id, inputs, None)
        if ran.skips:
            text = "which only ops of a job can do: convert the DAG with `level: job` in the plan"
            raise dg.Failure(f"{task_id} skips {', '.join(ran.skips)}, {text}", {}, False)
        if not any(each.state == "skipped" for each in ran.instances):  # what follows is skipped with it
            names = [output.name for output in context.op_execution_context.op_def.output_defs]
            for name, key in zip(names, (RETURNED, *keys), strict=True):
                yield dg.Output(ran.get(key), name)

    def _run(
        self,
        context: Context,
        airflow: AirflowRun,
        task_id: str,
        inputs: Mapping[str, Any] | None,
        before: Mapping[str, str] | None,
    ) -> Ran:
        ids = {name: task for task, name in self.ops.items()}
        states = {ids.get(name, name): state for name, state in (before or {}).items()}
        return run_airflow_task(
            context,
            airflow,
            self.dag_id,
            task_id,
            file=self.file,
            folder=self.folder,
            inputs=inputs,
            states=states,
            decided=True,
        )


def run_airflow_task(
    context: Context,
    airflow: AirflowRun,
    dag_id: str,
    task_id: str,
    *,
    file: str,
    folder: str | Path | None = None,
    inputs: Mapping[str, Any] | None = None,
    states: Mapping[str, str] | None = None,
    decided: bool = False,
    date: str | None = None,
    interval: tuple[str, str] | None = None,
    map_index: int | None = None,
    env: Mapping[str, str] | None = None,
    cwd: str | Path | None = None,
    timeout: float = SECONDS,
) -> Ran:
    """Run the operator of a task, and wait for it. Raises Failure when it fails; a retry policy tries again.

    Args:
        inputs: by task id, what that task returned, or an `Upstream`. Tasks that are not named have ended well.
        states: by task id, how tasks ended that did not end well.
        decided: it runs, whatever its trigger rule would say of that.
        date: the logical date; that of the partition, or of the run, without it. `interval` as in Airflow.
        map_index: one instance of a mapped task; all of them without it.
        env: more variables for the task, such as AIRFLOW_CONN_* of a resource. They are in no file.
        timeout: seconds.
    """
    op = context.op_execution_context if isinstance(context, dg.AssetExecutionContext) else context
    when = _when(op, date, interval)
    process = airflow.airflow(op, file, Path(folder) if folder else None)
    log = TaskLog(op)
    out = Path(op.instance.storage_directory(), op.run_id, "airflow_tasks")
    out.mkdir(parents=True, exist_ok=True)
    skips: list[str] = []

    def ask(index: int | None) -> list[dict[str, Any]]:
        with tempfile.TemporaryDirectory(dir=process.place, ignore_cleanup_errors=True) as place:
            answer = process.task(
                file,
                dag_id,
                task_id,
                run_id=f"dagster__{op.run_id}",
                upstream=_upstream(inputs or {}, states or {}, Path(place)),
                inputs=Path(place),
                out=out,
                decided=decided,
                conf=airflow.conf,
                callbacks=airflow.callbacks,
                try_number=op.retry_number + 1,
                map_index=index,
                env=env,
                cwd=Path(cwd) if cwd else None,
                timeout=timeout,
                on_log=log,
                **when,
            )
        skips.extend(answer["skips"])
        found: list[dict[str, Any]] = answer["instances"]
        return found

    kept = out / f"{task_id}.json"
    try:
        process.open()
        earlier = json.loads(kept.read_text()) if op.retry_number and kept.exists() else []
        done = [each for each in earlier if each["map_index"] >= 0 and each["state"] in ENDED_WELL]
        if map_index is None and done:  # of a mapped task, those that have not ended well
            again = sorted({each["map_index"] for each in earlier} - {each["map_index"] for each in done})
            instances = done + [each for index in again for each in ask(index)]
        else:
            instances = ask(map_index)
    except AirflowError as error:
        raise dg.Failure(f"{task_id}: {error}", {"detail": error.detail}, error.kind != "request") from error
    instances.sort(key=lambda each: int(each["map_index"]))
    kept.write_text(json.dumps(instances), encoding="utf-8")
    return _ended_well(task_id, _ran(instances, skips, out), instances, log.error)


def _when(
    context: dg.OpExecutionContext,
    date: str | None,
    interval: tuple[str, str] | None,
) -> dict[str, Any]:
    if date or interval:
        return {"date": date, "interval": interval}
    if context.has_partition_key:
        return {"date": context.partition_time_window.start.isoformat()}
    moment = context.run.tags.get(DATE_TAG) or run_created_at(context)
    return {"date": moment, "interval": (moment, context.run.tags.get(END_TAG) or moment)}


def _upstream(inputs: Mapping[str, Any], states: Mapping[str, str], folder: Path) -> list[dict[str, Any]]:
    """What Airflow is told of the tasks before; one that returned None has left nothing behind."""
    found = []
    for number, task_id in enumerate({**inputs, **states}):
        given = inputs.get(task_id)
        ended = given if isinstance(given, Upstream) else Upstream(xcoms={RETURNED: given})
        xcoms = {
            key: encoded(value, folder, f"{number}-{place}")
            for place, (key, value) in enumerate((ended.xcoms or {}).items())
            if key != RETURNED or value is not None
        }
        state = states.get(task_id, ended.state)
        found.append({"task_id": task_id, "map_index": -1, "state": state, "xcoms": xcoms})
    return found


def _ran(answers: Sequence[Mapping[str, Any]], skips: Sequence[str], folder: Path) -> Ran:
    instances = [
        Instance(
            each["map_index"],
            each["state"],
            each["tries"],
            {key: decoded(value, folder) for key, value in each["xcoms"].items()},
        )
        for each in answers
    ]
    return Ran(instances, skips)


def _ended_well(task_id: str, ran: Ran, told: Sequence[Mapping[str, Any]], error: str) -> Ran:
    states = {instance.state for instance in ran.instances}
    if states <= ENDED_WELL:
        return ran
    if "upstream_failed" in states:
        raise dg.Failure(f"{task_id} did not run: its trigger rule does not let it", {}, False)
    if why := "; ".join(sorted({each["why"] for each in told if each.get("why")})):
        raise dg.Failure(f"{task_id} did not run: Airflow would not start it: {why}", {}, False)
    raise Failed(f"{task_id} failed: {error}", {"states": sorted(states)}, "failed" not in states, ran)
