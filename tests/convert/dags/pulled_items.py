"""Keys that a task has because the items of the dict that it returns are XComs."""

import json
from datetime import datetime

from airflow.decorators import dag, task
from airflow.operators.bash import BashOperator


@dag(schedule=None, start_date=datetime(2024, 1, 1))
def pulled_items():
    @task(multiple_outputs=True)
    def totals():
        return {"sum": 6, "most": 3}

    @task.bash(multiple_outputs=True, output_processor=json.loads)
    def sizes():
        return """echo '{"rows": 4}'"""

    @task
    def tell(ti=None):
        most = ti.xcom_pull(task_ids="totals", key="most")
        return [most, ti.xcom_pull(task_ids="totals", key="no such"), ti.xcom_pull("totals")["sum"]]

    say = BashOperator(
        task_id="say",
        bash_command="echo {{ ti.xcom_pull('totals', key='sum') }} {{ ti.xcom_pull(task_ids='sizes', key='rows') }}",
    )
    [totals(), sizes()] >> say >> tell()


pulled_items()
