"""A DAG that is run step by step: what each task became must be known in the next process."""

from datetime import datetime, timedelta

try:
    from airflow.sdk import dag, task
except ImportError:
    from airflow.decorators import dag, task


@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def steps():  # noqa: C901  tasks, not branches
    @task
    def numbers(ds=None):
        print(f"numbers of {ds}")
        return [1, 2, 3]

    @task(retries=1, retry_delay=timedelta(hours=1))
    def double(x, ti=None):
        if x == 2 and ti.try_number == 1:
            raise ValueError("two fails once")
        return x * 2

    @task
    def add(values):
        return sum(values)

    @task.branch
    def choose(total):
        return "big" if total > 10 else "small"

    @task
    def big():
        return "big"

    @task
    def small():
        return "small"

    @task
    def fails(ti=None):
        if ti.try_number < 3:
            raise ValueError("fails twice")

    @task
    def after_failure():
        return "at last"

    choose(add(double.expand(x=numbers()))) >> [big(), small()]
    fails() >> after_failure()


steps()
