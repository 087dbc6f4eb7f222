"""What a task returns and is not to be kept: no step gives it."""

# Converted from `unkept.py`.

import dagster as dg

from .._airflow import AIRFLOW, AirflowRun, airflow_tasks
from ..runtime.outcomes import outcome_executor, outcome_op

daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
unkept_in_airflow = airflow_tasks("unkept", file="unkept.py")


@dg.op
def made():
    def secret():
        """Nobody is to see it."""
        return "token"

    secret()


@dg.op
def dated(context: dg.OpExecutionContext):
    def for_the_day(ds):
        if ds < "2024":
            return None
        return f"token of {ds}"

    for_the_day(ds=context.partition_key)


@outcome_op(short_circuit="all")
def stopper():
    return True


def shared(n):
    return n


@dg.op
def decorated():
    def decorated(n):
        return n + 1

    decorated(n=2)


@outcome_op()
def tells(context: dg.OpExecutionContext, airflow: AirflowRun):
    """PythonOperator, run in Airflow."""
    return unkept_in_airflow.run(context, airflow, "tells")


@dg.op
def shared_unkept():
    shared(n=1)


@dg.op
def shared_kept():
    return shared(n=1)


@dg.job(partitions_def=daily, executor_def=outcome_executor)
def unkept():
    made()
    dated()
    tells()
    stopper()
    shared_unkept()
    shared_kept()
    decorated()


unkept_schedule = dg.build_schedule_from_partitioned_job(unkept)
defs = dg.Definitions(jobs=[unkept], schedules=[unkept_schedule], resources=AIRFLOW)
