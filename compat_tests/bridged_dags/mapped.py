"""Mapped tasks of operators without a rule, beside one that is native; it loads in Airflow 2 and 3."""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.decorators import task
from airflow.exceptions import AirflowSkipException
from airflow.models import BaseOperator


class Copy(BaseOperator):
    template_fields = ("table",)

    def __init__(self, table, where="x", **kw):
        super().__init__(**kw)
        self.table, self.where = table, where

    def execute(self, context):
        if self.table == "flaky" and context["ti"].try_number == 1:
            raise ValueError("once")
        context["ti"].xcom_push(key="t", value=self.table.upper())
        return f"{self.table} {self.where} {context['ds']}"


class Some(BaseOperator):
    def __init__(self, n, **kw):
        super().__init__(**kw)
        self.n = n

    def execute(self, context):
        if self.n == 2:
            raise AirflowSkipException()
        if self.n == 3:
            raise ValueError("three")
        return self.n


class Count(BaseOperator):
    def execute(self, context):
        return [
            list(context["ti"].xcom_pull(task_ids="copy")),
            list(context["ti"].xcom_pull(task_ids="double")),
        ]


with DAG(
    "mapped_b",
    schedule="@daily",
    start_date=datetime(2024, 1, 1),
    catchup=False,
    default_args={"retry_delay": timedelta(seconds=1)},
):

    @task
    def tables():
        return ["a", "flaky", "c {{ ds }}"]

    @task
    def double(x):
        return 2 * x

    @task
    def join(rows):
        return "|".join(rows)

    copy = Copy.partial(task_id="copy", retries=2, where="y").expand(table=tables())
    again = Copy.partial(task_id="again").expand(table=copy.output)
    joined = join(copy.output)
    doubled = double.expand(x=[1, 2])
    count = Count(task_id="count")
    [copy, doubled] >> count
    some = Some.partial(task_id="some").expand(n=[1, 2])
    three = Some.partial(task_id="three").expand(n=[1, 3])
    empty = Some.partial(task_id="empty").expand(n=[])

    @task(trigger_rule="all_done")
    def after(ti=None):
        return "done"

    @task
    def after_some():
        return "some"

    @task(trigger_rule="none_failed")
    def anyway():
        return "some"

    some >> [after_some(), anyway()]
    [three, empty] >> after()
