"""Operators and sensors that a rule knows, and refuses as they are used here."""

import os
from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.operators.weekday import BranchDayOfWeekOperator
from airflow.sensors.external_task import ExternalTaskSensor
from airflow.sensors.filesystem import FileSensor

with DAG("starts_another", schedule=None, start_date=datetime(2024, 1, 1)):
    TriggerDagRunOperator(task_id="start", trigger_dag_id="{{ params.next }}", wait_for_completion=True)

with DAG("waits_for_another", schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False):
    ExternalTaskSensor(task_id="wait", external_dag_id="tells", external_task_id="{{ ds }}", timeout=60)

with DAG("soft_by_name", schedule=None, start_date=datetime(2024, 1, 1)):
    FileSensor(task_id="wait", filepath="/landing/a.csv", soft_fail=os.environ.get("SOFT") == "1")

with DAG("reads_what_airflow_sets", schedule=None, start_date=datetime(2024, 1, 1)):
    BashOperator(task_id="tell", bash_command="tell $NAME", env={"NAME": "${AIRFLOW_CTX_DAG_ID}"})

with DAG("follows_nobody", schedule=None, start_date=datetime(2024, 1, 1)):
    choose = BranchDayOfWeekOperator(
        task_id="choose", week_day="Monday", follow_task_ids_if_true="a", follow_task_ids_if_false="c"
    )
    (
        choose
        >> BashOperator(task_id="a", bash_command="echo a")
        >> BashOperator(task_id="c", bash_command="echo c")
    )

with DAG("rule_from_outside", schedule=None, start_date=datetime(2024, 1, 1)):
    first = BashOperator(task_id="first", bash_command="echo 1")
    second = BashOperator(task_id="second", bash_command="echo 2")
    second.trigger_rule = os.environ.get("RULE", "all_done")
    first >> second
