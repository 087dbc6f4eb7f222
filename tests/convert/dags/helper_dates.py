"""A function that stays one, as two tasks call it, and that wants more of a date than a plain one has."""

from datetime import datetime

from airflow.decorators import dag, task


def local_day(moment):
    return moment.in_timezone("Asia/Tokyo").to_date_string()


@task
def told(what, data_interval_start=None, data_interval_end=None):
    """Only pendulum's dates can do what it does with the first."""
    return [what, local_day(data_interval_start), data_interval_end.strftime("%d.%m.%Y")]


@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def helper_dates():
    told.override(task_id="first")("a")
    told.override(task_id="second")("b")


helper_dates()
