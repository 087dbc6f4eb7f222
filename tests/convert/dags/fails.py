"""A task that fails, one that fails for good, and what follows them."""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.decorators import task
from airflow.exceptions import AirflowFailException

with DAG("fails", schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False, tags=["fails"]):

    @task(retries=1, retry_delay=timedelta(seconds=1))
    def unstable(ti=None):
        if ti.try_number == 1:
            raise ConnectionError("once")
        return ti.try_number

    @task(retries=3, retry_delay=timedelta(seconds=1))
    def for_good(ds=None):
        if ds == "2024-01-03":
            raise AirflowFailException("no use to try again")
        return ds

    @task
    def after(value):
        return value

    @task(trigger_rule="one_failed")
    def alert():
        return "told"

    @task(trigger_rule="all_done")
    def clean_up():
        return "cleaned"

    tried = unstable()
    failed = for_good()
    tried >> failed
    after(failed)
    [tried, failed] >> alert()
    failed >> clean_up()
