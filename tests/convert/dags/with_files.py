"""Scripts and queries that stand in files beside the DAG, which Airflow reads and renders."""

from datetime import datetime
from pprint import pprint

from airflow import DAG
from airflow.decorators import task
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator


def show(templates_dict, **context):
    """Prints what it has, as people do to find out."""
    pprint(context)
    print("the context:", context)
    return templates_dict["query"]


with DAG(
    "with_files",
    schedule="@daily",
    start_date=datetime(2024, 1, 1),
    catchup=False,
    params={"shops": ["north", "south"]},
):
    load = BashOperator(task_id="load", bash_command="scripts/load_orders.sh")
    plain = BashOperator(
        task_id="plain", bash_command="scripts/plain.sh", env={"HOW_MANY": "{{ ds_nodash }}"}, append_env=True
    )
    query = PythonOperator(
        task_id="query",
        python_callable=show,
        templates_dict={"query": "scripts/orders.sql"},
        templates_exts=[".sql"],
    )

    @task(templates_exts=[".sql"])
    def ask(query):
        return query

    load >> plain >> query >> ask("scripts/orders.sql")

with DAG("with_a_file_that_is_not_there", schedule=None, start_date=datetime(2024, 1, 1)):
    BashOperator(task_id="fine", bash_command="true") >> BashOperator(
        task_id="gone", bash_command="scripts/gone.sh"
    )
