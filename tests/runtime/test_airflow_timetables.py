"""A sensor asks the user's Airflow for the runs of a timetable that is the user's own."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import dagster as dg
import pytest

from migrator.runtime.airflow_timetables import airflow_schedule

DAG_FILE = """
from datetime import datetime, timezone

import pendulum
from airflow import DAG
from airflow.operators.empty import EmptyOperator
from airflow.timetables.base import DagRunInfo, DataInterval, Timetable


class OnTheHundredth(Timetable):
    '''The first three days of 2024, and one far away.'''

    def infer_manual_data_interval(self, *, run_after):
        return DataInterval.exact(run_after)

    def next_dagrun_info(self, *, last_automated_data_interval, restriction):
        ends = [pendulum.datetime(2024, 1, day) for day in (2, 3, 4)] + [pendulum.datetime(2999, 1, 1)]
        last = last_automated_data_interval.end if last_automated_data_interval else restriction.earliest
        left = [end for end in ends if end > last]
        return DagRunInfo.interval(left[0].subtract(days=1), left[0]) if left else None


with DAG("special", schedule=OnTheHundredth(), start_date=datetime(2024, 1, 2, tzinfo=timezone.utc)):
    EmptyOperator(task_id="t")
"""


@dg.op
def nothing() -> None: ...


@dg.job
def special() -> None:
    nothing()


def test_each_run_of_the_timetable_is_asked_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, airflow2_python: str
) -> None:
    (tmp_path / "special.py").write_text(DAG_FILE)
    monkeypatch.setenv("AIRFLOW_PYTHON", airflow2_python)
    monkeypatch.delenv("AIRFLOW_DAGS_FOLDER", raising=False)
    sensor = airflow_schedule(special, "special", file="special.py", folder=tmp_path)
    with dg.DagsterInstance.ephemeral() as instance:
        first = sensor.evaluate_tick(dg.build_sensor_context(instance))
        again = sensor.evaluate_tick(dg.build_sensor_context(instance, cursor=first.cursor))
    dates = [
        (r.tags["logical_date"][:10], r.tags["data_interval_end"][:10]) for r in first.run_requests or ()
    ]
    assert dates == [("2024-01-02", "2024-01-03"), ("2024-01-03", "2024-01-04")]
    assert not again.run_requests and "2999-01-01" in str(again.skip_message)
    look = datetime.fromisoformat(json.loads(str(first.cursor))["look"])
    assert look - datetime.now(timezone.utc) < timedelta(hours=1)  # the DAG file may change
