"""Control flow: a branch and its join, mapping, a task that skips itself, a failure and what follows it."""

import pendulum
from airflow.decorators import dag, task
from airflow.exceptions import AirflowSkipException


@dag(schedule=None, start_date=pendulum.datetime(2024, 1, 1, tz="UTC"))
def control():  # noqa: C901  (it defines tasks, and decides nothing)
    @task.branch
    def choose():
        return "left"

    @task
    def left():
        return {"side": "left"}

    @task
    def right():
        return {"side": "right"}

    @task(trigger_rule="none_failed_min_one_success")
    def join():
        return "joined"

    @task
    def numbers():
        return [1, 2, 3]

    @task
    def double(number):
        return number * 2

    @task
    def total(doubled):
        return sum(doubled)

    @task
    def nothing_to_do():
        raise AirflowSkipException

    @task
    def after_nothing():
        return 1

    @task(retries=1)
    def breaks():
        raise ValueError("broken")

    @task
    def after_broken():
        return 1

    arms = [left(), right()]
    choose() >> arms
    arms >> join()
    total(double.expand(number=numbers()))
    nothing_to_do() >> after_nothing()
    breaks() >> after_broken()


control()
