"""Sensors of each kind: what is there, what comes in time, and what does not."""

import os
from datetime import datetime, time, timedelta
from pathlib import Path

from airflow import DAG
from airflow.decorators import task
from airflow.operators.bash import BashOperator
from airflow.sensors.base import PokeReturnValue
from airflow.sensors.bash import BashSensor
from airflow.sensors.date_time import DateTimeSensor
from airflow.sensors.filesystem import FileSensor
from airflow.sensors.python import PythonSensor
from airflow.sensors.time_delta import TimeDeltaSensor, TimeDeltaSensorAsync
from airflow.sensors.time_sensor import TimeSensor
from airflow.sensors.weekday import DayOfWeekSensor
from airflow.utils.trigger_rule import TriggerRule
from airflow.utils.weekday import WeekDay

DATA = Path(os.environ.get("CASES_DATA_DIR", "."))
target = DATA / "landed.txt"  # a name that the new code must not take
SOON = timedelta(seconds=0.2)


def found_on(day, suffix, ds=None):
    looks = DATA / f"looks_{day}_{suffix}.txt"
    with looks.open("a") as file:
        file.write(ds + "\n")
    return len(looks.read_text().splitlines()) > 2


def never():
    return False


with DAG("waits", schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False) as dag:
    land = BashOperator(task_id="land", bash_command=f"mkdir -p {DATA} && echo x > {target}")
    # The file is there by now.
    landed = FileSensor(task_id="landed", filepath=f"{target}", poke_interval=0.1, timeout=5)
    pattern = FileSensor(
        task_id="pattern", filepath=f"{DATA}/land*.txt", mode="reschedule", poke_interval=SOON
    )
    counted = PythonSensor(
        task_id="counted",
        python_callable=found_on,
        op_args=["{{ ds }}"],
        op_kwargs={"suffix": "a"},
        poke_interval=0.1,
        timeout=timedelta(minutes=1),
    )
    by_lambda = PythonSensor(task_id="by_lambda", python_callable=lambda: target.exists(), poke_interval=SOON)
    missed = PythonSensor(
        task_id="missed", python_callable=never, poke_interval=0.1, timeout=0.3, soft_fail=True
    )
    backoff = PythonSensor(
        task_id="backoff",
        python_callable=never,
        poke_interval=0.1,
        timeout=0.3,
        soft_fail=True,
        exponential_backoff=True,
        max_wait=0.1,
    )
    succeeds_at_once = BashSensor(task_id="succeeds_at_once", bash_command="test {{ ds_nodash }} -gt 0")
    failing = BashSensor(
        task_id="failing", bash_command="exit 7", retry_exit_code=1, soft_fail=True, poke_interval=0.1
    )
    after_the_day = TimeDeltaSensor(task_id="after_the_day", delta=timedelta(hours=1), poke_interval=0.1)
    past_already = TimeDeltaSensorAsync(task_id="past_already", delta=timedelta(hours=1))
    at_midnight = TimeSensor(task_id="at_midnight", target_time=time(0, 0), poke_interval=0.1)
    at_six = DateTimeSensor(task_id="at_six", target_time="{{ ds }}T06:00:00", poke_interval=0.1)
    on_wednesday = DayOfWeekSensor(
        task_id="on_wednesday",
        week_day={WeekDay.WEDNESDAY, "Sunday"},
        use_task_logical_date=True,
        poke_interval=0.1,
        timeout=0.2,
        soft_fail=True,
    )

    @task.sensor(poke_interval=0.1, timeout=10)
    def with_value(path, ds=None):
        return PokeReturnValue(is_done=Path(path).exists(), xcom_value={"ds": ds, "size": 2})

    @task
    def read(value):
        return [value["ds"], value["size"] + 1]

    value = with_value(str(target))
    below = FileSensor(task_id="below", filepath="**/landed.txt", recursive=True, poke_interval=0.1)
    land >> [landed, below, pattern, counted, by_lambda, value]
    done = BashOperator(task_id="done", bash_command="echo {{ ds }}", trigger_rule=TriggerRule.NONE_FAILED)
    [landed, counted, missed, backoff, failing, after_the_day, past_already, on_wednesday] >> done
    skipped = BashOperator(task_id="skipped", bash_command="echo never")
    missed >> skipped
    read(value)
