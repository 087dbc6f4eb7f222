"""A timetable that only the user's own Airflow knows: a sensor asks it when the next run is due, and starts that.

    sensor = airflow_schedule(orders_job, "orders", file="orders.py")

Airflow is started when a run is due by what it said before, and once an hour beside that, as its DAG file may have
changed. A run is told by tags which interval it is about.
"""

import json
import os
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import dagster as dg

from .airflow_client import Airflow

LOGICAL_DATE, START, END = "airflow/logical_date", "airflow/data_interval_start", "airflow/data_interval_end"
DATE_TAG, END_TAG = "logical_date", "data_interval_end"  # as native steps read them
AGAIN = timedelta(hours=1)
STOPPED = dg.DefaultSensorStatus.STOPPED


def airflow_schedule(
    job: Any,
    dag_id: str,
    *,
    file: str,
    folder: str | Path | None = None,
    default_status: dg.DefaultSensorStatus = STOPPED,
) -> dg.SensorDefinition:
    """Starts a job at the times of a DAG's timetable. Off until somebody turns it on.

    Args:
        job: the job that the DAG has become.
        file: the DAG file, relative to the folder of the DAGs.
        folder: where the DAG files are, unless AIRFLOW_DAGS_FOLDER says otherwise.
    """

    @dg.sensor(name=f"{job.name}_sensor", job=job, minimum_interval_seconds=30, default_status=default_status)
    def when_airflow_says_so(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        known: Mapping[str, Any] = json.loads(context.cursor) if context.cursor else {}
        look = known.get("look")
        if look is not None and datetime.fromisoformat(look) > _now():
            return dg.SkipReason(f"due at {known.get('next') or 'no time'}; Airflow is asked again at {look}")
        found = _asked(file, dag_id, known.get("last"), folder)
        last = found["runs"][-1]["interval"] if found["runs"] else known.get("last")
        times = [_now() + AGAIN, *([datetime.fromisoformat(found["next"])] if found["next"] else [])]
        cursor = json.dumps({"last": last, "next": found["next"], "look": min(times).isoformat()})
        return dg.SensorResult([_request(run) for run in found["runs"]], cursor=cursor)

    return when_airflow_says_so


def _asked(file: str, dag_id: str, last: Any, folder: str | Path | None) -> Mapping[str, Any]:
    python, place = os.environ.get("AIRFLOW_PYTHON"), os.environ.get("AIRFLOW_DAGS_FOLDER") or folder
    if not python or not place:
        raise dg.Failure("AIRFLOW_PYTHON or AIRFLOW_DAGS_FOLDER is not set: only Airflow knows the timetable")
    with Airflow(python, Path(place)) as airflow:
        return airflow.due(file, dag_id, last=last)


def _request(run: Mapping[str, Any]) -> dg.RunRequest:
    start, end = run["interval"]
    tags = {LOGICAL_DATE: run["date"], START: start, END: end, DATE_TAG: run["date"], END_TAG: end}
    return dg.RunRequest(run_key=run["date"], tags=tags)


def _now() -> datetime:
    return datetime.now(timezone.utc)
