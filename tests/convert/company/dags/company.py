"""A DAG as companies write them."""

from datetime import datetime, timedelta

import sensors.ready as ready
from airflow import DAG
from airflow.models import BaseOperator, Variable
from airflow.operators.empty import EmptyOperator
from airflow.utils.task_group import TaskGroup
from airflow.utils.trigger_rule import TriggerRule
from operators import CopyFileOperator, CountLinesOperator
from operators.quality import DataQualityOperator, ThresholdBranchOperator

LANDING = "landing"


class ReportOperator(BaseOperator):
    """Writes what the others found."""

    template_fields = ("title", "rows", "options")

    def __init__(self, title, rows=None, options=None, footer="{{ ds }} stays", **kwargs):
        super().__init__(**kwargs)
        self.title = title
        self.rows = rows
        self.options = options or {}
        self.footer = footer

    def execute(self, context):
        region = Variable.get("region", default_var="nowhere")
        return f"{self.title}: {list(self.rows)} {self.options} {self.footer} {region} {context['params']['unit']}"


with DAG(
    dag_id="company",
    schedule="0 6 * * *",
    start_date=datetime(2024, 1, 1),
    catchup=False,
    params={"unit": "EUR"},
    default_args={"owner": "dwh", "retries": 2, "retry_delay": timedelta(seconds=1), "overwrite": True},
) as dag:
    ready_file = ready.ReadyFileSensor(
        task_id="ready", path=LANDING + "/{{ ds }}.csv", poke_interval=1, timeout=30
    )
    value = ready.ValueSensor(task_id="value")

    with TaskGroup("copy") as group:
        copies = [
            CopyFileOperator(
                task_id=f"copy_{name}",
                source=f"{LANDING}/{name}" + "/{{ ds_nodash }}.csv",
                target=LANDING + "/out/" + name + "_{{ ds }}.csv",
            )
            for name in ("orders", "items")
        ]
        count = CountLinesOperator(task_id="count", upstream_id="copy.copy_orders")
        copies >> count

    check = DataQualityOperator(task_id="check", values=[1, 2, 3])
    soft = DataQualityOperator(task_id="soft", values=[-1], soft=True)
    branch = ThresholdBranchOperator(
        task_id="branch", value_task="check", threshold=2, above="many", below="few"
    )
    many = EmptyOperator(task_id="many")
    few = EmptyOperator(task_id="few")
    mapped = DataQualityOperator.partial(task_id="mapped", soft=True).expand(values=[[1], [2, 3], [-5]])
    report = ReportOperator(
        task_id="report",
        title="Report of {{ ds }}",
        rows=mapped.output,
        options={"day": "{{ data_interval_end | ds }}", "more": ["{{ ts_nodash }}", 5]},
        trigger_rule=TriggerRule.NONE_FAILED,
    )
    [ready_file, value] >> group >> check >> branch >> [many, few]
    group >> soft
    check >> mapped >> report
