"""Airflow's callbacks: functions that are called when a task or a run has ended, with a dict about it.

A task's is a hook of its step: `@dg.asset(hooks={call_on_failure(alert, "orders", "load")})`. A DAG's is a sensor on
the runs of its job: `failed = when_a_run_fails(orders_job, alert, "orders")`; the Dagster daemon must run.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import timezone
from types import SimpleNamespace
from typing import Any

import dagster as dg

from .dates import launched_for

Callback = Callable[[dict[str, Any]], Any]
NOT_RUN = "upstream_failed"  # the state of a step that only tells that one before it failed
URL = "DAGSTER_WEBSERVER_URL"  # where people look at runs


def call_on_failure(
    callback: Callback, dag_id: str, task_id: str, partitions: dg.PartitionsDefinition[Any] | None = None
) -> dg.HookDefinition:
    """A hook that calls `callback` when the step has failed, and no try is left.

    Args:
        callback: Gets `task_instance`, `task`, `dag`, `dag_run`, `run_id`, `exception`, and the dates of the run.
        dag_id: As Airflow knew it, and so the `task_id`.
        partitions: Of the step, whose dates are those of the run.
    """

    @dg.failure_hook(name=_hook_name("failure", callback, dag_id, task_id))
    def hook(context: dg.HookContext) -> None:
        error = context.op_exception
        metadata = error.metadata if isinstance(error, dg.Failure) else {}
        if "state" not in metadata or metadata["state"].value != NOT_RUN:
            callback(_of_step(context, dag_id, task_id, partitions, "failed"))

    return hook


def call_on_tolerated_failure(
    callback: Callback, dag_id: str, task_id: str, partitions: dg.PartitionsDefinition[Any] | None = None
) -> dg.HookDefinition:
    """The same for an `outcome_op` that is `tolerated`, whose step stays green when its work has failed."""

    @dg.success_hook(name=_hook_name("failure", callback, dag_id, task_id))
    def hook(context: dg.HookContext) -> None:
        outcome = context.op_output_values.get("outcome")
        if getattr(outcome, "state", "success") == "failed":
            told = _of_step(context, dag_id, task_id, partitions, "failed")
            callback({**told, "exception": getattr(outcome, "error", None)})

    return hook


def call_on_success(
    callback: Callback, dag_id: str, task_id: str, partitions: dg.PartitionsDefinition[Any] | None = None
) -> dg.HookDefinition:
    """A hook that calls `callback` when the step has done its work."""

    @dg.success_hook(name=_hook_name("success", callback, dag_id, task_id))
    def hook(context: dg.HookContext) -> None:
        outcome = context.op_output_values.get("outcome")
        if getattr(outcome, "state", "success") == "success":
            callback(_of_step(context, dag_id, task_id, partitions, "success"))

    return hook


def when_a_run_fails(
    job: Any, callbacks: Callback | Iterable[Callback], dag_id: str, partitions: Any = None
) -> dg.SensorDefinition:
    """A sensor that calls each callback after a run of the job failed."""

    @dg.run_failure_sensor(
        name=f"{job.name}_on_failure", monitored_jobs=[job], default_status=dg.DefaultSensorStatus.RUNNING
    )
    def sensor(context: dg.RunFailureSensorContext) -> None:
        events = list(context.get_step_failure_events())
        failed = (events[0].step_key or "") if events else ""
        about = _about(context.dagster_run, context.instance, dag_id, partitions, "failed")
        about["task_instance"].task_id = failed.removeprefix(f"{dag_id}__")
        _call(callbacks, {**about, "reason": "task_failure"})

    return sensor


def when_a_run_succeeds(
    job: Any, callbacks: Callback | Iterable[Callback], dag_id: str, partitions: Any = None
) -> dg.SensorDefinition:
    """A sensor that calls each callback after a run of the job succeeded."""

    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name=f"{job.name}_on_success",
        monitored_jobs=[job],
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def sensor(context: dg.RunStatusSensorContext) -> None:
        about = _about(context.dagster_run, context.instance, dag_id, partitions, "success")
        _call(callbacks, {**about, "reason": "success"})

    return sensor


def _call(callbacks: Callback | Iterable[Callback], about: Mapping[str, Any]) -> None:
    for callback in [callbacks] if callable(callbacks) else callbacks:
        callback(dict(about))


def _of_step(
    context: dg.HookContext, dag_id: str, task_id: str, partitions: Any, state: str
) -> dict[str, Any]:
    run = context.instance.get_run_by_id(context.run_id)
    assert run is not None
    found = _about(run, context.instance, dag_id, partitions, state)
    found["task_instance"].task_id = task_id
    found["task_instance"].try_number = _tries(context)
    found["task"] = SimpleNamespace(task_id=task_id, dag_id=dag_id)
    return {**found, "exception": context.op_exception}


def _tries(context: dg.HookContext) -> int:
    """How often the step has been tried."""
    again = context.instance.all_logs(context.run_id, of_type=dg.DagsterEventType.STEP_RESTARTED)
    return 1 + sum(entry.step_key == context.step_key for entry in again)


def _about(
    run: dg.DagsterRun, instance: dg.DagsterInstance, dag_id: str, partitions: Any, state: str
) -> dict[str, Any]:
    url = os.environ.get(URL, "http://localhost:3000")
    common = {"dag_id": dag_id, "run_id": run.run_id}
    task = SimpleNamespace(**common, state=state, log_url=f"{url}/runs/{run.run_id}")
    dates = _dates(run, instance, partitions)
    return {
        "dag": SimpleNamespace(dag_id=dag_id),
        "dag_run": SimpleNamespace(**common, state=state, **dates),
        "run_id": run.run_id,
        "task_instance": task,
        "ti": task,
        "exception": None,
        **dates,
        "ds": f"{dates['logical_date']:%Y-%m-%d}",
        "ds_nodash": f"{dates['logical_date']:%Y%m%d}",
        "ts": dates["logical_date"].isoformat(),
    }


def _dates(run: dg.DagsterRun, instance: dg.DagsterInstance, partitions: Any) -> dict[str, Any]:
    """Those of the run's partition; without one, those that the run was launched for."""
    key = run.tags.get("dagster/partition")
    if partitions is not None and key is not None:
        window = partitions.time_window_for_partition_key(key)
        start, end = (t.astimezone(timezone.utc) for t in (window.start, window.end))
    else:
        start, end = launched_for(run, instance)
    moments = {"logical_date": start, "execution_date": start}
    return {**moments, "data_interval_start": start, "data_interval_end": end}


def _hook_name(kind: str, callback: Callback, dag_id: str, task_id: str) -> str:
    name = getattr(callback, "__name__", "callback").strip("<>")
    return "".join(c if c.isalnum() else "_" for c in f"{name}_on_{kind}_of_{dag_id}__{task_id}")
