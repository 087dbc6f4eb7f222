"""A trigger rule that a task gets after it was made."""

from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.sensors.external_task import ExternalTaskMarker
from airflow.utils.trigger_rule import TriggerRule

with DAG("rule_set_later", schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False):
    skips = BashOperator(task_id="skips", bash_command="exit 98", skip_on_exit_code=[97, 98])
    anyway = BashOperator(
        task_id="anyway", bash_command="echo 3", output_processor=lambda line: int(line) + 1
    )
    anyway.trigger_rule = TriggerRule.ALL_DONE
    mark = ExternalTaskMarker(task_id="mark", external_dag_id="waits_for_another", external_task_id="wait")
    skips >> [anyway, mark]
