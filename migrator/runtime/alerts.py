"""Somebody is told of runs that failed, and of assets that were not made in time.

    def tell(alert: Alert) -> None: ...

    orders_failed = tell_of_failures(orders_job, tell, "orders")
    orders_stale = tell_of_stale(orders_job, [order_metrics], tell, "orders")

Both are sensors, so the Dagster daemon must run. What is stale is decided by the freshness policies of the assets.
"""

import json
import os
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import dagster as dg

FAILED, STALE, LATE, FRESH = "failed", "stale", "late", "fresh"
KINDS = {"FAIL": STALE, "WARN": LATE, "PASS": FRESH}  # by the state that Dagster's daemon keeps
URL = "DAGSTER_WEBSERVER_URL"  # where people look at runs
PATIENCE = 10  # seconds for a webhook to answer


@dataclass(frozen=True)
class Alert:
    """What somebody is told. `kind`: failed, stale, late (a warning) or fresh (again). `subject`: a job or an asset."""

    kind: str
    dag_id: str
    subject: str
    text: str
    url: str


Tell = Callable[[Alert], Any]


def webhook(variable: str) -> Tell:
    """What posts `{"text": ...}`, as chats take it, to the URL in a variable of the environment.

    Raises:
        KeyError: The variable is not set.
        OSError: The server does not answer, or does not want it.
    """

    def tell(alert: Alert) -> None:
        url = os.environ.get(variable)
        if not url:
            raise KeyError(f"{variable} is not set, so nobody is told")
        body = json.dumps({"text": f"{alert.text}\n{alert.url}"}).encode()
        asked = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(asked, timeout=PATIENCE):
            pass

    return tell


def tell_of_failures(job: Any, tell: Tell, dag_id: str, every: int = 30) -> dg.SensorDefinition:
    """A sensor that looks every so many seconds, and tells of each run of the job that failed."""

    @dg.run_failure_sensor(
        name=f"{job.name}_failure_alert",
        monitored_jobs=[job],
        minimum_interval_seconds=every,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def sensor(context: dg.RunFailureSensorContext) -> None:
        run = context.dagster_run
        words = [f"{dag_id} failed"]
        if key := run.tags.get("dagster/partition"):
            words.append(f"for {key}")
        if steps := sorted({event.step_key for event in context.get_step_failure_events() if event.step_key}):
            words.append(f"in {', '.join(steps)}")
        tell(Alert(FAILED, dag_id, job.name, " ".join(words), f"{_site()}/runs/{run.run_id}"))

    return sensor


def tell_of_stale(
    job: Any, assets: Iterable[Any], tell: Tell, dag_id: str, every: int = 60
) -> dg.SensorDefinition:
    """A sensor that tells of assets whose freshness policy fails or warns, and of those that are fresh again.

    Args:
        job: Of the assets; the sensor is called after it.
        assets: Definitions, or keys.
        tell: Is called once for each change. Where it raises, it is called again at the next tick.
        dag_id: As Airflow knew it.
        every: Seconds between two ticks.
    """
    keys = [key for asset in assets for key in _keys(asset)]

    @dg.sensor(
        name=f"{job.name}_stale_alert",
        minimum_interval_seconds=every,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        told: dict[str, str] = json.loads(context.cursor) if context.cursor else {}
        failed = []
        for key, kind in _changes(context.instance, keys, told):
            subject = key.to_user_string()
            try:
                tell(Alert(kind, dag_id, subject, _said(subject, kind), f"{_site()}/assets/{subject}"))
            except Exception:
                context.log.exception(f"nobody could be told that {subject} is {kind}")
                failed.append(subject)
            else:
                told[subject] = kind
        context.update_cursor(json.dumps(told, sort_keys=True))
        if failed:
            return dg.SkipReason(f"nobody could be told of {', '.join(failed)}; tried again at the next tick")
        stale = sorted(subject for subject, kind in told.items() if kind != FRESH)
        return dg.SkipReason(f"not fresh: {', '.join(stale)}" if stale else "no asset is stale")

    return sensor


def _changes(
    instance: dg.DagsterInstance, keys: list[dg.AssetKey], told: dict[str, str]
) -> list[tuple[dg.AssetKey, str]]:
    """What has to be told now."""
    found = []
    records = instance.get_freshness_state_records(keys)
    for key in keys:
        record = records.get(key)
        kind = KINDS.get(record.freshness_state.value) if record else None
        if kind and kind != told.get(key.to_user_string(), FRESH):
            found.append((key, kind))
    return found


def _keys(asset: Any) -> Iterable[dg.AssetKey]:
    return asset.keys if isinstance(asset, dg.AssetsDefinition) else [asset]


def _said(subject: str, kind: str) -> str:
    return {
        STALE: f"{subject} is stale: it was not made in time",
        LATE: f"{subject} is about to be stale",
        FRESH: f"{subject} is fresh again",
    }[kind]


def _site() -> str:
    return os.environ.get(URL, "http://localhost:3000")
