"""Dates and schedules. (airflow dag)"""

# ruff: noqa  # written as users write
import datetime as dt
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo
import pendulum
from dateutil.relativedelta import relativedelta
from pendulum import duration
from compat import DAG, EmptyOperator

CASES = {
    "tz": dict(schedule="0 5 * * *", start_date=pendulum.datetime(2024, 1, 1, tz="Europe/Berlin")),
    "zone": dict(
        schedule="5 4 * * sun", start_date=datetime(2024, 6, 1, tzinfo=ZoneInfo("America/New_York"))
    ),
    "delta": dict(
        schedule=timedelta(hours=1, minutes=30), start_date=dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc)
    ),
    "parse": dict(schedule="@monthly", start_date=pendulum.parse("2024-03-01T00:00:00+01:00")),
    "iso": dict(schedule="@yearly", start_date=datetime.fromisoformat("2024-03-01")),
    "add": dict(schedule="@hourly", start_date=pendulum.datetime(2024, 1, 31).add(months=1)),
    "sub": dict(schedule="@hourly", start_date=datetime(2024, 3, 31) - timedelta(days=30)),
    "rel": dict(schedule=duration(days=1), start_date=datetime(2024, 3, 31) - relativedelta(months=1)),
    "combine": dict(
        schedule="@daily", start_date=datetime.combine(date(2024, 1, 1), time(3, 4), tzinfo=timezone.utc)
    ),
    "local": dict(
        schedule="0 0 1 */3 *", start_date=pendulum.datetime(2024, 1, 1, tz=pendulum.timezone("Asia/Tokyo"))
    ),
    "strp": dict(schedule="@once", start_date=datetime.strptime("03/02/2024 10:00", "%d/%m/%Y %H:%M")),
    "replace": dict(schedule="@daily", start_date=datetime(2024, 5, 17, 3).replace(day=1, hour=0)),
    "instance": dict(
        schedule="@daily", start_date=pendulum.instance(datetime(2024, 5, 17), tz="UTC").start_of("month")
    ),
    "from_format": dict(schedule="@daily", start_date=pendulum.from_format("2024-05-17", "YYYY-MM-DD")),
    "in_tz": dict(schedule="@daily", start_date=pendulum.datetime(2024, 5, 17).in_timezone("Europe/Paris")),
    "set": dict(schedule="@daily", start_date=pendulum.datetime(2024, 5, 17).set(hour=4)),
}
for name, options in CASES.items():
    with DAG(f"{name}", catchup=False, **options) as dag:
        EmptyOperator(task_id="a")
    globals()[f"d_{name}"] = dag
with DAG("task_start", schedule="@daily", default_args={"start_date": datetime(2024, 2, 2)}) as dag2:
    EmptyOperator(task_id="a")
    EmptyOperator(task_id="b", start_date=datetime(2024, 3, 3))
