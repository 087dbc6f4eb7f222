"""Branches that lead into groups, and whose result is read."""

from datetime import datetime

from airflow.decorators import dag, task
from airflow.operators.empty import EmptyOperator
from airflow.utils.task_group import TaskGroup


@dag(schedule=None, start_date=datetime(2024, 1, 1), catchup=False)
def arms():
    @task
    def count():
        return 7

    @task.branch
    def pick(n):
        return "big" if n > 5 else ["small.one"]

    @task.branch
    def again(n):
        return ["small.one", "outcome"]

    with TaskGroup("big"):
        first, second = EmptyOperator(task_id="first"), EmptyOperator(task_id="second")
        first >> EmptyOperator(task_id="third")
    with TaskGroup("small"):
        one = EmptyOperator(task_id="one")
        one >> EmptyOperator(task_id="two")
    outcome = EmptyOperator(task_id="outcome")

    @task(trigger_rule="none_failed_min_one_success")
    def told(chosen, other):
        return f"{chosen} {other}"

    n = count()
    picked = pick(n)
    picked >> [first, second, one]
    other = again(n)
    other >> [one, outcome]
    [first, outcome] >> told(picked, other)


arms()
