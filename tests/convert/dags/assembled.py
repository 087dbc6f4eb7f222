# ruff: noqa: UP031, UP032 - ways to write it that are tested
"""Texts of which a part is only known where the DAG runs, and which hold templates."""

import os
import textwrap
from datetime import datetime

from airflow import DAG
from airflow.models import Variable
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

STAGE = os.environ.get("STAGE", "dev")
TARGET = Variable.get("target", default_var="x")
COMMAND = f"run {STAGE} --date {{{{ ds }}}}"
PLACE = "s3://" + STAGE + "/{{ ds }}/" + TARGET
BRANCH = os.environ.get("BRANCH", "a")
ONCE = f"{BRANCH}/{{{{ ds }}}}"
BRANCH = os.environ.get("BRANCH", "b")
LONG = textwrap.dedent(f"""
    run {STAGE}
    on {{{{ ds }}}}
    """)


def take(value):
    return value


def command(step):
    return f"cd {STAGE} && run {step} --day {{{{ ds }}}}"


with DAG("assembled", start_date=datetime(2024, 1, 1), schedule="@daily", catchup=False) as dag:
    PythonOperator(task_id="take_sum", python_callable=take, op_args=[PLACE])
    PythonOperator(
        task_id="take_inside", python_callable=take, op_kwargs={"value": [{"a": PLACE}, f"{STAGE}!"]}
    )
    PythonOperator(task_id="take_inline", python_callable=take, op_args=[f"{os.getenv('HOST')}:{{{{ ds }}}}"])
    PythonOperator(
        task_id="take_variable", python_callable=take, op_args=[f"{Variable.get('host')}/{{{{ ds }}}}"]
    )
    PythonOperator(task_id="take_plain", python_callable=take, op_args=[STAGE + "/" + TARGET])
    BashOperator(task_id="run_name", bash_command=COMMAND + " --fast")
    BashOperator(task_id="run_made", bash_command=command("one"))
    BashOperator(task_id="run_percent", bash_command="echo %s {{ ds }} 100%%" % TARGET)
    BashOperator(task_id="run_named", bash_command="echo %(a)s {{ ds }} %(b)s" % {"a": STAGE, "b": 1})
    BashOperator(
        task_id="run_format", bash_command="echo {0} {{{{ ds }}}} {stage}".format(TARGET, stage=STAGE)
    )
    BashOperator(task_id="run_join", bash_command=" ".join(["echo", STAGE, "{{ ds }}"]))
    BashOperator(
        task_id="run_if", bash_command=f"echo {STAGE}" + "{% if ds < '2024-01-02' %} --first{% endif %}"
    )
    for table in ("left", "right"):
        BashOperator(task_id=f"run_{table}", bash_command=f"load {STAGE} {table} {{{{ ds }}}}")
    # What has to run in Airflow.
    PythonOperator(task_id="bound_again", python_callable=take, op_args=[ONCE + STAGE])
    PythonOperator(task_id="by_a_function", python_callable=take, op_args=[LONG])
    BashOperator(task_id="in_a_tag", bash_command=f"echo {{{{ macros.ds_add(ds, {TARGET}) }}}}")
    BashOperator(task_id="script", bash_command=f"{STAGE}/run.sh")
