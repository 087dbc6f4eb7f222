"""Values of many types between tasks."""

from datetime import date, datetime
from decimal import Decimal

from airflow.decorators import dag, task


@dag(start_date=datetime(2023, 1, 1), schedule="@daily", catchup=False)
def values():
    @task
    def several() -> tuple[int, str]:
        return 1, "two"

    @task
    def moment(data_interval_end=None):
        return data_interval_end

    @task
    def nested():
        return {"a": [1, 2.5, None, True], "b": {"c": "ü"}}

    @task
    def nothing():
        pass

    @task
    def exact():
        return Decimal("2.25")

    @task
    def day(ds=None):
        return date.fromisoformat(ds).isoformat()

    @task
    def all_of_them(pair, end, tree, none, money, text):
        return [list(pair), end.isoformat(), tree["a"], none, str(money + 1), text]

    all_of_them(several(), moment(), nested(), nothing(), exact(), day())


values()
