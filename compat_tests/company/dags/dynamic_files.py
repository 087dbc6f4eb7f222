"""As many tasks as there are files."""

from datetime import datetime

from airflow.decorators import dag, task


@dag(start_date=datetime(2023, 1, 1), schedule="@daily", catchup=False)
def dynamic_files():
    @task
    def list_files(ds=None) -> list[str]:
        return [f"{ds}/part-{number}.csv" for number in range(3)]

    @task
    def count(path: str, factor: int) -> int:
        return len(path) * factor

    @task
    def total(counts) -> int:
        return sum(counts)

    @task
    def report(value: int):
        return f"{value} characters"

    report(total(count.partial(factor=2).expand(path=list_files())))


dynamic_files()
