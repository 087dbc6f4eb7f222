"""Branches that ask the clock or the date of the run, and what goes on for the latest run only."""

from datetime import datetime, time

import pendulum
from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.datetime import BranchDateTimeOperator
from airflow.operators.dummy import DummyOperator
from airflow.operators.latest_only import LatestOnlyOperator
from airflow.operators.weekday import BranchDayOfWeekOperator
from airflow.utils.task_group import TaskGroup
from airflow.utils.weekday import WeekDay

with DAG(
    "chooses", schedule="0 3 * * *", start_date=pendulum.datetime(2024, 1, 1, tz="Europe/Rome"), catchup=False
):
    by_clock = BranchDateTimeOperator(
        task_id="by_clock",
        target_lower=datetime(2020, 1, 1),
        target_upper=None,
        follow_task_ids_if_true="now",
        follow_task_ids_if_false=["then", "both"],
    )
    by_clock >> [DummyOperator(task_id="now"), DummyOperator(task_id="then"), DummyOperator(task_id="both")]

    by_date = BranchDateTimeOperator(
        task_id="by_date",
        use_task_logical_date=True,
        target_lower=pendulum.datetime(2024, 1, 2),
        target_upper=pendulum.datetime(2024, 1, 3, 12),
        follow_task_ids_if_true=["inside"],
        follow_task_ids_if_false=["outside"],
    )
    inside = BashOperator(task_id="inside", bash_command="echo {{ ds }}")
    outside = BashOperator(task_id="outside", bash_command="echo {{ ds }}")
    by_date >> [inside, outside]

    # Runs start at 02:00 in UTC, which is 03:00 in Rome: the bounds are of Rome, on the day in UTC.
    by_hour = BranchDateTimeOperator(
        task_id="by_hour",
        use_task_logical_date=True,
        target_lower=time(3, 0),
        target_upper=time(2, 59),
        follow_task_ids_if_true="early",
        follow_task_ids_if_false="late",
    )
    by_hour >> [DummyOperator(task_id="early"), DummyOperator(task_id="late")]

    with TaskGroup("midweek") as midweek:
        first = DummyOperator(task_id="first")
        first >> DummyOperator(task_id="second")
    by_day = BranchDayOfWeekOperator(
        task_id="by_day",
        use_task_logical_date=True,
        week_day=[WeekDay.WEDNESDAY],
        follow_task_ids_if_true="other_days",
        follow_task_ids_if_false=["other_days", "no_day"],
    )
    by_day >> [DummyOperator(task_id="other_days"), DummyOperator(task_id="no_day")]

    latest = LatestOnlyOperator(task_id="latest")
    announce = BashOperator(task_id="announce", bash_command="echo {{ ds }}")
    tidy = BashOperator(task_id="tidy", bash_command="echo tidy", trigger_rule="all_done")
    latest >> announce >> tidy
