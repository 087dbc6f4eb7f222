"""Tables that are copied in a loop, in the ways in which people write such loops. Owner: core."""

import os
from datetime import datetime, timedelta

from airflow import DAG
from airflow.decorators import task
from airflow.models.baseoperator import chain
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator
from airflow.utils.task_group import TaskGroup

TABLES = {"orders": "order_id", "customers": "customer_id", "stock-levels": "sku"}
REGIONS = ["de", "fr"]
ENV = "prod"
FOLDER = "/tmp/copies"
default_args = {"owner": "core", "retries": 2, "retry_delay": timedelta(minutes=1)}


def extract(table, limit=100):
    """The rows of one table."""
    return [{"table": table, "row": n} for n in range(min(limit, 3))]


def show(table, key, ti=None):
    rows = ti.xcom_pull(task_ids=f"extract_{table}")
    return f"{key}: {len(rows)}"


with DAG(
    "copies", schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False, default_args=default_args
):
    start = EmptyOperator(task_id="start")
    done = EmptyOperator(task_id="done")
    # One pair of tasks for each table.
    for table, key in TABLES.items():
        pull = PythonOperator(task_id=f"extract_{table}", python_callable=extract, op_args=[table])
        # the key decides what is new
        check = PythonOperator(
            task_id=f"show_{table}", python_callable=show, op_kwargs={"table": table, "key": key}
        )
        start >> pull >> check >> done

with DAG("chained", schedule=None, start_date=datetime(2024, 1, 1)) as dag:
    steps = [BashOperator(task_id=f"step_{i}", bash_command=f"echo {i}") for i in range(4)]
    chain(*steps)
    previous = None
    for region in REGIONS:
        current = BashOperator(task_id=f"report_{region}", bash_command="echo {{ ds }} " + region)
        if previous:
            previous >> current
        previous = current
    steps[-1] >> current
    if ENV == "prod":
        tell = BashOperator(task_id="tell", bash_command="echo done", trigger_rule="all_done")
        current >> tell
    else:
        raise RuntimeError("no alert")

with DAG("by_region", schedule="@hourly", start_date=datetime(2024, 1, 1), catchup=False) as dag:
    ends = {}
    for region in REGIONS:
        path = os.path.join(FOLDER, region)
        with TaskGroup(group_id=f"region_{region}") as group:

            @task(task_id="collect", retries=1)
            def collect(path=path):
                """Everything that came in."""
                # one line for each file
                return [path]

            @task
            def count(rows):
                return f"{region}: {len(rows)}"

            ends[region] = count(collect())
            ends[region].doc_md = f"What {region} sold"

    @task
    def total(counts):
        return sorted(counts)

    total([ends[r] for r in REGIONS])
