"""Groups, contracted tasks, names that Dagster or Python would trip over."""

import pendulum
from airflow import DAG
from airflow.decorators import task
from airflow.operators.empty import EmptyOperator
from airflow.utils.task_group import TaskGroup

ZONE = "Europe/Rome"

with DAG(
    dag_id="grouped-names",
    schedule="30 6 * * *",
    start_date=pendulum.datetime(2024, 1, 1, tz=ZONE),
    catchup=False,
) as dag:
    start = EmptyOperator(task_id="start")
    end = EmptyOperator(task_id="end")

    @task
    def sum():
        return 1

    @task
    def input(type):
        return type + 1

    with TaskGroup("north") as north:

        @task
        def load(ds=None, data_interval_end=None):
            return f"{ds} until {data_interval_end}"

        load()

    with TaskGroup("south") as south:

        @task(task_id="load")
        def load_south(ts=None, ts_nodash=None, yesterday_ds=None):
            return [ts, ts_nodash, yesterday_ds]

        load_south()

    start >> north >> south >> end
    start >> input(sum()) >> end
