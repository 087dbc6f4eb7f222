"""Different work on different days."""

from datetime import datetime

from airflow.decorators import dag, task
from airflow.operators.empty import EmptyOperator


@dag(start_date=datetime(2023, 1, 1), schedule="@daily", catchup=False, default_args={"owner": "ops"})
def weekend():
    @task.branch(task_id="which_day")
    def which_day(logical_date=None):
        return "weekday_load" if logical_date.weekday() < 5 else "weekend_load"

    @task.short_circuit
    def first_of_month(day: str) -> bool:
        return day.endswith("-01")

    weekday = EmptyOperator(task_id="weekday_load")
    saturday = EmptyOperator(task_id="weekend_load")
    end = EmptyOperator(task_id="end", trigger_rule="one_success")
    monthly = EmptyOperator(task_id="monthly_report")

    which_day() >> [weekday, saturday] >> end
    first_of_month("{{ ds }}") >> monthly


weekend()
