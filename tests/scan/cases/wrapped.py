"""Decorators of a team's own: the name that a task, a group or a DAG gets is the one of what they wrap."""

import functools
from datetime import datetime

from airflow.decorators import dag, task, task_group
from airflow.operators.python import PythonOperator


def reported(channel):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            print(channel)
            return function(*args, **kwargs)

        return wrapper

    return decorate


def timed(function):
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return functools.update_wrapper(wrapper, function)


def nameless(function):
    def inner(*args, **kwargs):
        return function(*args, **kwargs)

    return inner


@dag(start_date=datetime(2024, 1, 1), schedule=None)
@timed
def wrapped():
    @task
    @reported("#data")
    def pull():
        """Pulls."""
        return [1]

    @task
    @timed
    @reported("#data")
    def add(numbers):
        return sum(numbers)

    @task
    @nameless
    def lost(number):
        return number

    @task_group
    @timed
    def pair():
        add.override(task_id=f"{timed(add.function).__name__}_again")([1])

    lost(add(pull()))
    pair()
    PythonOperator(task_id=timed(print_it).__name__, python_callable=timed(print_it))


def print_it():
    print("it")


wrapped()
