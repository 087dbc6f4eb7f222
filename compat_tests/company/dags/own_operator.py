"""An operator of the company's own."""

from datetime import datetime

from airflow import DAG
from airflow.models.baseoperator import BaseOperator
from airflow.operators.python import PythonOperator

from lib.warehouse import CsvHook


class CopyTableOperator(BaseOperator):
    """Copies a table under another name."""

    template_fields = ("source", "target")

    def __init__(self, *, source: str, target: str, **kwargs) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.target = target

    def execute(self, context):
        hook = CsvHook()
        count = hook.insert_rows(self.target, hook.get_records(self.source))
        self.log.info("copied %s rows", count)
        return {"target": self.target, "rows": count}


def check(ti):
    copied = ti.xcom_pull(task_ids="copy")
    return copied["rows"] > 0


with DAG("own_operator", start_date=datetime(2023, 1, 1), schedule="@daily", catchup=False) as dag:
    copy = CopyTableOperator(task_id="copy", source="orders", target="orders_{{ ds_nodash }}")
    checked = PythonOperator(task_id="check", python_callable=check)
    copy >> checked
