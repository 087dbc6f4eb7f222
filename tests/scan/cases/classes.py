"""A DAG class and an operator class of the team's own, in the file itself."""

from datetime import datetime

from airflow.models import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator


class TeamDag(DAG):
    def __init__(self, name, **options):
        options.setdefault("catchup", False)
        super().__init__(f"team_{name}", schedule="@hourly", start_date=datetime(2024, 1, 1), **options)


class Echo(BashOperator):
    def __init__(self, text, **options):
        super().__init__(bash_command=f"echo {text}", retries=6, **options)


with TeamDag("one", tags=["team"]) as one:
    first = Echo(text="a", task_id="first")
    first >> Echo.partial(task_id="rest").expand(text=["b", "c"])
    for index, (name, rule) in enumerate({"x": "one_failed", "y": "all_success"}.items()):
        last = EmptyOperator(task_id=f"{index}_{name}", trigger_rule=rule)
        last.set_upstream([first] if index else first)
