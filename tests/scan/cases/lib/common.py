"""What several files share: constants, a factory, an operator, a class that builds a DAG."""

from dataclasses import dataclass, field
from enum import Enum

from airflow.models import BaseOperator
from airflow.models.dag import DAG
from airflow.operators.bash import BashOperator

DEFAULT_ARGS = {"owner": "platform", "retries": 1}


class Layer(str, Enum):
    BRONZE = "bronze"
    SILVER = "silver"


class LoadOperator(BaseOperator):
    template_fields = ("table",)

    def __init__(self, table, mode="append", **kwargs):
        kwargs.setdefault("pool", "loads")
        super().__init__(task_id=f"load_{table}", trigger_rule="none_failed", **kwargs)
        self.table = table
        self.mode = mode

    def execute(self, context):
        return self.table


def notify(name, upstream=None):
    task = BashOperator(task_id=f"notify_{name}", bash_command="true")
    if upstream is not None:
        upstream >> task
    return task


@dataclass
class Pipeline:
    name: str
    steps: list = field(default_factory=list)
    schedule: str = "@daily"

    def step(self, name):
        self.steps.append(name)
        return self

    @property
    def dag_id(self):
        return f"pipeline_{self.name}"

    def build(self, start_date):
        with DAG(
            self.dag_id, schedule=self.schedule, start_date=start_date, default_args=DEFAULT_ARGS
        ) as dag:
            previous = None
            for name in self.steps:
                current = BashOperator(task_id=name, bash_command=f"echo {name}")
                if previous:
                    previous >> current
                previous = current
        return dag
