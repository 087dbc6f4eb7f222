"""What a conversion would change without a sound, so that these DAGs stay in Airflow."""

# Converted from `refused.py`.

import dagster as dg

from .._airflow import AIRFLOW, AirflowRun, Task, airflow_dag, airflow_tasks

ONLY_PUSHED = dict(key_prefix="only_pushed", group_name="only_pushed")
only_pushed_in_airflow = airflow_tasks("only_pushed", file="refused.py")


@dg.asset(**ONLY_PUSHED, name="push__rows")
def push():
    rows = [1]
    return rows


@dg.asset(
    **ONLY_PUSHED,
    name="read",
    deps=[dg.AssetKey(["only_pushed", "push__rows"])],
    output_required=False,
)
def rows(context: dg.AssetExecutionContext, airflow: AirflowRun):
    """@task, run in Airflow."""
    yield from only_pushed_in_airflow.outputs(context, airflow, "read")


CHANGED_ARGUMENT = dict(key_prefix="changed_argument", group_name="changed_argument")
changed_argument_in_airflow = airflow_tasks("changed_argument", file="refused.py")


@dg.asset(**CHANGED_ARGUMENT)
def read():
    return [1]


@dg.asset(
    **CHANGED_ARGUMENT,
    ins={"read": dg.AssetIn(key=["changed_argument", "read"])},
    output_required=False,
)
def add(context: dg.AssetExecutionContext, airflow: AirflowRun, read):
    """@task, run in Airflow."""
    yield from changed_argument_in_airflow.outputs(context, airflow, "add", {"read": read})


changed_argument_job = dg.define_asset_job("changed_argument", selection=[read, add])
only_pushed_job = dg.define_asset_job("only_pushed", selection=[push, rows])
defs = dg.Definitions.merge(
    dg.Definitions(
        assets=[read, add, push, rows],
        jobs=[changed_argument_job, only_pushed_job],
        resources=AIRFLOW,
    ),
    airflow_dag(
        "another_json",
        file="refused.py",
        tasks={
            "read": Task(),
        },
    ),
    airflow_dag(
        "assigned_again",
        file="refused.py",
        tasks={
            "read": Task(),
        },
    ),
    airflow_dag(
        "context_of_its_own",
        file="refused.py",
        tasks={
            "read": Task(),
        },
        schedule="@daily",
        start_date="2024-01-01T00:00:00+00:00",
    ),
    airflow_dag(
        "printed_name",
        file="refused.py",
        tasks={
            "read": Task(),
        },
        schedule="@daily",
        start_date="2024-01-01T00:00:00+00:00",
    ),
    airflow_dag(
        "pushed_and_changed",
        file="refused.py",
        tasks={
            "push": Task(),
        },
    ),
)
