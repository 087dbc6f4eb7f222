"""One DAG that is native, and one that is not yet."""

from datetime import datetime

from airflow.decorators import dag, task


@dag(schedule=None, start_date=datetime(2024, 1, 1))
def plain():
    @task
    def one():
        return 1

    one()


@dag(schedule="@hourly", start_date=datetime(2024, 1, 1), catchup=False, fail_stop=True)
def over_a_list():
    @task
    def double(n):
        return 2 * n

    double.expand(n=[2])


plain()
over_a_list()
