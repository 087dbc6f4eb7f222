"""airflow dag"""

# ruff: noqa  # written as users write
from common.base import BaseDag, BashOperator, PythonOperator, TaskGroup, EmptyOperator
from common.config import ENVIRONMENTS, get_env
import common.config as cfg


class Special(BaseDag):
    tags = ["special"]

    def build(self):
        groups = []
        for env in ENVIRONMENTS:
            with TaskGroup(f"env_{env}") as tg:
                prev = None
                for i, s in enumerate(self.settings.sources, 1):
                    op = BashOperator(task_id=f"{i}_{s}", bash_command=f"run {s} {env}", env={"E": get_env()})
                    prev = prev >> op if prev else op
            groups.append(tg)
        return groups


class Other(Special):
    schedule = "@hourly"
    owner = "other team"

    def build(self):
        body = super().build()
        extra = PythonOperator(task_id="extra", python_callable=lambda: None, retries=0)
        body[0] >> extra
        return body[1:]


special = Special()()
other = Other(dag_id="other_dag", retries=7, tags=["z"])()
plain = type("Plain", (BaseDag,), {"build": lambda self: None})("plain_dag")()
