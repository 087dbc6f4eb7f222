"""Mapping over literals, over two lists, over keyword arguments, with a skip and over nothing."""

from datetime import datetime

from airflow.decorators import dag, task
from airflow.exceptions import AirflowSkipException
from airflow.operators.bash import BashOperator


@dag(start_date=datetime(2023, 1, 1), schedule=None, catchup=False)
def mapped_pairs():
    @task
    def square(x: int) -> int:
        if x == 2:
            raise AirflowSkipException("not two")
        return x * x

    @task
    def multiply(x: int, y: int) -> int:
        return x * y

    @task(trigger_rule="none_failed")
    def gather(values) -> list:
        return sorted(values)

    @task
    def nothing() -> list:
        return []

    @task
    def never(x):
        return x

    @task(trigger_rule="all_done")
    def last():
        return "done"

    gather(square.expand(x=[1, 2, 3]))
    gather.override(task_id="products")(multiply.expand(x=[1, 2], y=[10, 20, 30]))
    BashOperator.partial(task_id="say").expand(bash_command=["echo one", "echo two"])
    never.expand(x=nothing()) >> last()


mapped_pairs()
