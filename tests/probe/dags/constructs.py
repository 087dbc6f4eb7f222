"""One DAG with the constructs that the probe has to carry; loads on Airflow 2 and 3."""

import os
from datetime import datetime, timedelta

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.empty import EmptyOperator
    from airflow.providers.standard.operators.python import (
        BranchPythonOperator,
        PythonOperator,
        ShortCircuitOperator,
    )
    from airflow.sdk import DAG, task, task_group
except ImportError:
    from airflow import DAG
    from airflow.decorators import task, task_group
    from airflow.operators.bash import BashOperator
    from airflow.operators.empty import EmptyOperator
    from airflow.operators.python import BranchPythonOperator, PythonOperator, ShortCircuitOperator
from airflow.exceptions import AirflowSkipException


def tell(context):
    with open(os.environ["NOTES"], "a") as notes:
        notes.write("called\n")


def describe(number, ds=None, data_interval_start=None, data_interval_end=None, **context):
    print("printed by describe")
    context["ti"].xcom_push(key="pair", value=(1, "two"))
    start, end = data_interval_start.isoformat(), data_interval_end.isoformat()
    return {"number": number, "ds": ds, "start": start, "end": end, "who": context["params"]["who"]}


def second_time(ti=None):
    if ti.try_number < 2:
        raise ValueError("the first try")
    return ti.try_number


def skip():
    raise AirflowSkipException("not today")


def boom():
    raise ValueError("boom")


with DAG(
    "constructs",
    schedule="@daily",
    start_date=datetime(2024, 1, 1),
    catchup=False,
    params={"who": "world"},
    tags=["probe"],
    description="Every construct once",
    default_args={"owner": "orders", "on_failure_callback": tell},
    on_failure_callback=tell,
) as dag:
    described = PythonOperator(task_id="described", python_callable=describe, op_args=[3])
    shell = BashOperator(task_id="shell", bash_command="echo noise; echo {{ ds }} {{ params.who }}")
    branch = BranchPythonOperator(task_id="branch", python_callable=lambda: "chosen")
    chosen, other = EmptyOperator(task_id="chosen"), EmptyOperator(task_id="other")
    join = EmptyOperator(task_id="join", trigger_rule="none_failed_min_one_success")
    described >> shell >> branch >> [chosen, other] >> join
    PythonOperator(task_id="skipped", python_callable=skip) >> EmptyOperator(task_id="after_skip")
    PythonOperator(
        task_id="retried",
        python_callable=second_time,
        retries=2,
        retry_delay=timedelta(minutes=5),
        pool="narrow",
    )
    fails = PythonOperator(task_id="fails", python_callable=boom)
    fails >> [
        EmptyOperator(task_id="after_failure"),
        EmptyOperator(task_id="always", trigger_rule="all_done"),
    ]
    short = ShortCircuitOperator(task_id="short", python_callable=lambda: False)
    short >> EmptyOperator(task_id="cut") >> EmptyOperator(task_id="cut_too")

    @task
    def frame():
        import pandas as pd

        return pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", None]})

    @task
    def total(df):
        return int(df["a"].sum())

    total(frame())

    @task
    def text_like_json():
        return '["a", 1]'

    text_like_json()

    @task
    def numbers():
        return [10, 20, 30]

    @task
    def nothing():
        return []

    @task
    def double(x):
        return x * 2

    @task
    def add(values):
        return sum(values)

    add(double.expand(x=numbers()))
    double.override(task_id="never").expand(x=nothing())
    BashOperator.partial(task_id="literal").expand(bash_command=["echo one", "echo {{ ds }}"])

    @task_group
    def group():
        @task(multiple_outputs=True)
        def both():
            return {"left": 1, "right": 2}

        @task
        def use(left):
            return left + 1

        use(both()["left"])

    group()
