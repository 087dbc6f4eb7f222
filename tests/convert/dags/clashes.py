"""Names that several things have: tasks, helpers, modules, parameters, and what the new code imports."""

import json
from datetime import datetime

from airflow.decorators import dag, task
from airflow.operators.python import PythonOperator


def clean(rows):
    return [row for row in rows if row]


def read(ti):
    rows = clean(ti.xcom_pull(task_ids="clean"))
    return json.dumps([rows, ti.xcom_pull(task_ids="json")])


def both(extra, rows=()):
    return [extra, *rows]


@dag(schedule=None, start_date=datetime(2024, 1, 1))
def clashes():
    made = PythonOperator(task_id="clean", python_callable=lambda: [1, None, 2])
    other = PythonOperator(task_id="json", python_callable=lambda: {"a": 1})
    first = PythonOperator(task_id="both", python_callable=both, op_args=[1])
    PythonOperator(task_id="both-again", python_callable=both, op_args=[first.output])
    [made, other] >> PythonOperator(task_id="read", python_callable=read)

    @task
    def total() -> int:
        return 3

    @task
    def typed(input: float, type: str, config, _=2):
        return [input, type, config, _]

    typed(total(), total.override(task_id="total-again")(), first.output)


@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def clashing_ops():
    @task.branch
    def pick_arms():
        return ["json", "print"]

    @task(task_id="json")
    def make():
        return json.dumps([1])

    @task(task_id="print")
    def printed():
        return 1

    @task(task_id="Skip", trigger_rule="none_failed")
    def skip(input, type, outcome=2):
        return [input, type, outcome]

    @task(task_id="outcome_op")
    def after(after, config, ds=None):
        return [after, config, ds]

    arms = make(), printed()
    pick_arms() >> list(arms)
    skipped = skip(arms[0], arms[1])
    after(skipped, arms[0])


clashes()
clashing_ops()
