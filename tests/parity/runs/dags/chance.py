"""What is the same in each run, what is not, and what chance decides."""

import random
import uuid

import pendulum
from airflow.decorators import dag, task


@dag(schedule="@daily", start_date=pendulum.datetime(2024, 1, 1, tz="UTC"), catchup=False)
def chance():
    @task
    def same():
        return 1

    @task
    def other():
        return uuid.uuid4().hex

    @task
    def dice():
        return random.random()

    @task
    def numbers():
        import numpy

        return [random.choice("abc") for _ in range(10)], int(numpy.random.randint(1 << 30))

    same() >> other() >> dice() >> numbers()


chance()
