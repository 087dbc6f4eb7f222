"""One Airflow task inside a native job or asset: its operator runs in the user's own Airflow.

    @dg.asset(deps=[...])
    def report(context, airflow: AirflowRun, orders):
        ran = run_airflow_task(context, airflow, "sales", "report", file="sales.py", inputs={"orders": orders})
        return ran.value

Templates, connections, Variables, `ti.xcom_pull`, callbacks and logs are Airflow's. What the native side knows is
given: `inputs` are what the tasks before it returned. The task shares the warm Airflow process of the run.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg

from .airflow_client import AirflowError
from .airflow_run import AirflowRun, TaskLog, run_created_at
from .airflow_values import decoded, encoded

RETURNED = "return_value"
SECONDS = 86_400


@dataclass(frozen=True)
class Upstream:
    """How a task before the bridged one ended, and what it pushed, by key."""

    state: str = "success"
    xcoms: Mapping[str, Any] = field(default_factory=dict)


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
        done = [instance for instance in self.instances if instance.state == "success"]
        keys = {key: None for instance in done for key in instance.xcoms}
        return {key: [instance.xcoms.get(key) for instance in done] for key in keys}

    @property
    def value(self) -> Any:
        """What the task returned; of a mapped task a list."""
        return self.xcoms.get(RETURNED)


def run_airflow_task(
    context: dg.OpExecutionContext | dg.AssetExecutionContext,
    airflow: AirflowRun,
    dag_id: str,
    task_id: str,
    *,
    file: str,
    folder: str | Path | None = None,
    inputs: Mapping[str, Any] | None = None,
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
        date: the logical date; that of the partition, or of the run, without it. `interval` as in Airflow.
        map_index: one instance of a mapped task; all of them without it.
        env: more variables for the task, such as AIRFLOW_CONN_* of a resource. They are in no file.
        timeout: seconds.
    """
    op = context.op_execution_context if isinstance(context, dg.AssetExecutionContext) else context
    when = _when(op, date, interval)
    process = airflow.airflow(op, file, Path(folder) if folder else None)
    log = TaskLog(op)
    try:
        process.open()
        with tempfile.TemporaryDirectory(dir=process.place, ignore_cleanup_errors=True) as place:
            answer = process.task(
                file,
                dag_id,
                task_id,
                run_id=f"dagster__{op.run_id}",
                upstream=_upstream(inputs or {}, Path(place)),
                inputs=Path(place),
                out=Path(place, "out"),
                conf=airflow.conf,
                callbacks=airflow.callbacks,
                try_number=op.retry_number + 1,
                map_index=map_index,
                env=env,
                cwd=Path(cwd) if cwd else None,
                timeout=timeout,
                on_log=log,
                **when,
            )
            ran = _ran(answer, Path(place, "out"))
    except AirflowError as error:
        raise dg.Failure(f"{task_id}: {error}", {"detail": error.detail}, error.kind != "request") from error
    return _ended_well(task_id, ran, answer["instances"], log.error)


def _when(
    context: dg.OpExecutionContext,
    date: str | None,
    interval: tuple[str, str] | None,
) -> dict[str, Any]:
    if date or interval:
        return {"date": date, "interval": interval}
    if context.has_partition_key:
        return {"date": context.partition_time_window.start.isoformat()}
    return {"date": run_created_at(context)}


def _upstream(inputs: Mapping[str, Any], folder: Path) -> list[dict[str, Any]]:
    found = []
    for number, (task_id, given) in enumerate(inputs.items()):
        ended = given if isinstance(given, Upstream) else Upstream(xcoms={RETURNED: given})
        xcoms = {
            key: encoded(value, folder, f"{number}-{place}")
            for place, (key, value) in enumerate(ended.xcoms.items())
        }
        found.append({"task_id": task_id, "map_index": -1, "state": ended.state, "xcoms": xcoms})
    return found


def _ran(answer: Mapping[str, Any], folder: Path) -> Ran:
    instances = [
        Instance(
            each["map_index"],
            each["state"],
            each["tries"],
            {key: decoded(value, folder) for key, value in each["xcoms"].items()},
        )
        for each in answer["instances"]
    ]
    return Ran(instances, answer["skips"])


def _ended_well(task_id: str, ran: Ran, told: Sequence[Mapping[str, Any]], error: str) -> Ran:
    states = {instance.state for instance in ran.instances}
    if states <= {"success", "skipped", "removed"}:
        return ran
    if "upstream_failed" in states:
        raise dg.Failure(f"{task_id} did not run: its trigger rule does not let it", {}, False)
    if why := "; ".join(sorted({each["why"] for each in told if each.get("why")})):
        raise dg.Failure(f"{task_id} did not run: Airflow would not start it: {why}", {}, False)
    raise dg.Failure(f"{task_id} failed: {error}", {"states": sorted(states)}, "failed" not in states)
