"""One DAG that is native, and one that is not yet."""

from datetime import datetime

from airflow.decorators import dag, task
from airflow.operators.bash import BashOperator


@dag(schedule=None, start_date=datetime(2024, 1, 1))
def plain():
    @task
    def one():
        return 1

    one()


@dag(schedule="@hourly", start_date=datetime(2024, 1, 1), catchup=False, fail_stop=True)
def over_a_list():
    @task
    def options():
        return [{"bash_command": "echo 1", "skip_on_exit_code": 3}]

    BashOperator.partial(task_id="say").expand_kwargs(options())


plain()
over_a_list()
