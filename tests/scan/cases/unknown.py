"""What only the environment knows: these DAGs are partial, and say so."""

import os
from datetime import datetime

from airflow import DAG
from airflow.models import Variable
from airflow.operators.empty import EmptyOperator

with DAG("unknown_loop", start_date=datetime(2024, 1, 1), schedule=None):
    for name in Variable.get("names", default_var="a,b").split(","):
        EmptyOperator(task_id=f"load_{name}")

with DAG("unknown_condition", start_date=datetime(2024, 1, 1), schedule=None):
    one = EmptyOperator(task_id="one")
    if os.environ.get("STAGE") == "prod":
        one >> EmptyOperator(task_id="alert")

with DAG("unknown_value", start_date=datetime(2024, 1, 1), schedule=None):
    size = os.getenv("SIZE", "3")
    EmptyOperator(
        task_id="known", doc=f"size {size}", params={"path": Variable.get("path", default_var="/tmp")}
    )
