# ruff: noqa: UP031, UP032 - ways to write it that are tested
"""Texts of which a part is only known where the DAG runs, and which hold templates."""

# Converted from `assembled.py`.

import os

import dagster as dg

from .._airflow import AIRFLOW, AirflowRun, airflow_tasks
from ..runtime.shell import run_bash
from ..runtime.templates import render

STAGE = os.environ.get("STAGE", "dev")
TARGET = os.environ.get("AIRFLOW_VAR_TARGET", "x")


def take(value):
    return value


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
ASSEMBLED = dict(key_prefix="assembled", group_name="assembled", partitions_def=daily)
assembled_in_airflow = airflow_tasks("assembled", file="assembled.py")


@dg.asset(**ASSEMBLED)
def take_sum(context: dg.AssetExecutionContext):
    return take(value=f"s3://{STAGE}/{context.partition_key}/{TARGET}")


@dg.asset(**ASSEMBLED)
def take_inside(context: dg.AssetExecutionContext):
    return take(value=[{"a": f"s3://{STAGE}/{context.partition_key}/{TARGET}"}, f"{STAGE}!"])


@dg.asset(**ASSEMBLED)
def take_inline(context: dg.AssetExecutionContext):
    return take(value=f"{os.getenv('HOST')}:{context.partition_key}")


@dg.asset(**ASSEMBLED)
def take_variable(context: dg.AssetExecutionContext):
    return take(value=f"{os.environ['AIRFLOW_VAR_HOST']}/{context.partition_key}")


@dg.asset(**ASSEMBLED)
def take_plain():
    return take(value=STAGE + "/" + TARGET)


@dg.asset(**ASSEMBLED, output_required=False)
def run_name(context: dg.AssetExecutionContext):
    yield from run_bash(f"run {STAGE} --date {context.partition_key} --fast")


@dg.asset(**ASSEMBLED, output_required=False)
def run_made(context: dg.AssetExecutionContext):
    yield from run_bash(f"cd {STAGE} && run one --day {context.partition_key}")


@dg.asset(**ASSEMBLED, output_required=False)
def run_percent(context: dg.AssetExecutionContext):
    yield from run_bash(f"echo {TARGET} {context.partition_key} 100%")


@dg.asset(**ASSEMBLED, output_required=False)
def run_named(context: dg.AssetExecutionContext):
    yield from run_bash(f"echo {STAGE} {context.partition_key} 1")


@dg.asset(**ASSEMBLED, output_required=False)
def run_format(context: dg.AssetExecutionContext):
    yield from run_bash(f"echo {TARGET} {context.partition_key} {STAGE}")


@dg.asset(**ASSEMBLED, output_required=False)
def run_join(context: dg.AssetExecutionContext):
    yield from run_bash(f"echo {STAGE} {context.partition_key}")


@dg.asset(**ASSEMBLED, output_required=False)
def run_if(context: dg.AssetExecutionContext):
    yield from run_bash(
        render(
            "echo {{ STAGE }}{% if ds < '2024-01-02' %} --first{% endif %}",
            STAGE=STAGE,
            ds=context.partition_key,
        )
    )


def run_asset(table: str) -> dg.AssetsDefinition:
    @dg.asset(**ASSEMBLED, name=f"run_{table}", output_required=False)
    def _asset(context: dg.AssetExecutionContext):
        yield from run_bash(f"load {STAGE} {table} {context.partition_key}")

    return _asset


run_assets = [run_asset(table) for table in ("left", "right")]


# What has to run in Airflow.
@dg.asset(**ASSEMBLED, output_required=False)
def bound_again(context: dg.AssetExecutionContext, airflow: AirflowRun):
    """PythonOperator, run in Airflow."""
    yield from assembled_in_airflow.outputs(context, airflow, "bound_again")


@dg.asset(**ASSEMBLED, output_required=False)
def by_a_function(context: dg.AssetExecutionContext, airflow: AirflowRun):
    """PythonOperator, run in Airflow."""
    yield from assembled_in_airflow.outputs(context, airflow, "by_a_function")


@dg.asset(**ASSEMBLED, output_required=False)
def in_a_tag(context: dg.AssetExecutionContext, airflow: AirflowRun):
    """BashOperator, run in Airflow."""
    yield from assembled_in_airflow.outputs(context, airflow, "in_a_tag")


@dg.asset(**ASSEMBLED, output_required=False)
def script(context: dg.AssetExecutionContext, airflow: AirflowRun):
    """BashOperator, run in Airflow."""
    yield from assembled_in_airflow.outputs(context, airflow, "script")


assembled_job = dg.define_asset_job(
    "assembled",
    selection=[
        take_sum,
        take_inside,
        take_inline,
        take_variable,
        take_plain,
        run_name,
        run_made,
        run_percent,
        run_named,
        run_format,
        run_join,
        run_if,
        *run_assets,
        bound_again,
        by_a_function,
        in_a_tag,
        script,
    ],
)
assembled_schedule = dg.build_schedule_from_partitioned_job(assembled_job)
defs = dg.Definitions(
    assets=[
        take_sum,
        take_inside,
        take_inline,
        take_variable,
        take_plain,
        run_name,
        run_made,
        run_percent,
        run_named,
        run_format,
        run_join,
        run_if,
        *run_assets,
        bound_again,
        by_a_function,
        in_a_tag,
        script,
    ],
    jobs=[assembled_job],
    schedules=[assembled_schedule],
    resources=AIRFLOW,
)
