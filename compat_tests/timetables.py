"""Runs in an Airflow, 2.11 or 3.3: the first runs that its own timetables make. JSON in, JSON out.

A case: {"cron" or "seconds", "zone", "start", "end", "catchup", "interval", "now", "count"}; times are ISO 8601.
The clock stands at `now`, and goes on to each run.
"""

import datetime
import importlib
import json
import sys
from types import SimpleNamespace
from typing import Any

import pendulum
from airflow.timetables import trigger
from airflow.timetables.base import TimeRestriction
from airflow.timetables.interval import CronDataIntervalTimetable, DeltaDataIntervalTimetable
from airflow.timetables.trigger import CronTriggerTimetable

MODULES = [importlib.import_module(f"airflow.timetables.{name}") for name in ("interval", "trigger")]


def table_of(case: dict[str, Any]) -> Any:
    if "seconds" in case:
        step = datetime.timedelta(seconds=case["seconds"])
        return DeltaDataIntervalTimetable(step) if case["interval"] else trigger.DeltaTriggerTimetable(step)
    zone = pendulum.timezone(case["zone"])
    if isinstance(case["cron"], list):
        return trigger.MultipleCronTriggerTimetable(*case["cron"], timezone=zone)
    if case["interval"]:
        return CronDataIntervalTimetable(case["cron"], timezone=zone)
    return CronTriggerTimetable(case["cron"], timezone=zone)


def moment(text: str | None) -> Any:
    return pendulum.parse(text) if text else None


def runs(case: dict[str, Any]) -> list[list[str]] | None:
    """Run time, start and end of each; None where this Airflow has no such timetable."""
    try:
        table_of(case)
    except AttributeError:
        return None
    table, last, found = table_of(case), None, []
    limits = TimeRestriction(moment(case["start"]), moment(case.get("end")), case["catchup"])
    now = moment(case["now"])
    for module in MODULES:
        module.utcnow = lambda: now  # type: ignore[attr-defined]
    trigger.time = SimpleNamespace(time=lambda: now.timestamp())  # type: ignore[attr-defined]
    while len(found) < case["count"]:
        info = table.next_dagrun_info(last_automated_data_interval=last, restriction=limits)
        if info is None:
            break
        last, now = info.data_interval, max(now, info.run_after)
        found.append([at.in_timezone("UTC").isoformat() for at in (info.run_after, last.start, last.end)])
    return found


if __name__ == "__main__":
    print(json.dumps([runs(case) for case in json.load(sys.stdin)]))
