"""Scripts and queries that stand in files beside the DAG, which Airflow reads and renders."""

# Converted from `with_files.py`.

import os
from pprint import pprint
from typing import Any

import dagster as dg

from .._airflow import AIRFLOW, AirflowRun, airflow_tasks
from ..runtime.shell import run_bash
from ..runtime.templates import render

daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
WITH_FILES = dict(key_prefix="with_files", group_name="with_files", partitions_def=daily)


class WithFilesConfig(dg.Config):
    """What a run of with_files is launched with."""

    shops: list[Any] = ["north", "south"]


@dg.asset(**WITH_FILES, deps=[dg.AssetKey(["with_files", "plain"])])
def query(context: dg.AssetExecutionContext):
    """Prints what it has, as people do to find out."""
    templates_dict = {
        "query": f"""SELECT *
FROM orders
WHERE day = '{context.partition_key}'"""
    }
    pprint(
        {
            "dag": "with_files",
            "task": "query",
            "ds": context.partition_key,
            "ts": context.partition_time_window.start.isoformat(),
            "logical_date": context.partition_time_window.start,
            "data_interval_start": context.partition_time_window.start,
            "data_interval_end": context.partition_time_window.end,
            "run_id": context.run_id,
            "try_number": context.retry_number + 1,
        }
    )
    print(
        "the context:",
        {
            "dag": "with_files",
            "task": "query",
            "ds": context.partition_key,
            "ts": context.partition_time_window.start.isoformat(),
            "logical_date": context.partition_time_window.start,
            "data_interval_start": context.partition_time_window.start,
            "data_interval_end": context.partition_time_window.end,
            "run_id": context.run_id,
            "try_number": context.retry_number + 1,
        },
    )
    return templates_dict["query"]


@dg.asset(**WITH_FILES, output_required=False)
def load(context: dg.AssetExecutionContext, config: WithFilesConfig):
    yield from run_bash(
        render(
            """#!/bin/bash
# Counts the orders of a day.
set -e
day="{{ ds }}"
for shop in {% for shop in params.shops %}{{ shop }} {% endfor %}; do
  echo "$shop on $day"
done
""",
            ds=context.partition_key,
            params={"shops": config.shops},
        )
    )


@dg.asset(**WITH_FILES, deps=[dg.AssetKey(["with_files", "load"])], output_required=False)
def plain(context: dg.AssetExecutionContext):
    yield from run_bash(
        """set -e
words=(one "two" three)
echo "${words[1]} of $HOW_MANY\"""",
        env={**os.environ, "HOW_MANY": context.partition_key.replace("-", "")},
    )


@dg.asset(**WITH_FILES, deps=[dg.AssetKey(["with_files", "query"])])
def ask(context: dg.AssetExecutionContext):
    query = f"""SELECT *
FROM orders
WHERE day = '{context.partition_key}'"""
    return query


WITH_A_FILE_THAT_IS_NOT_THERE = dict(
    key_prefix="with_a_file_that_is_not_there", group_name="with_a_file_that_is_not_there"
)
with_a_file_that_is_not_there_in_airflow = airflow_tasks(
    "with_a_file_that_is_not_there", file="with_files.py"
)


@dg.asset(**WITH_A_FILE_THAT_IS_NOT_THERE, output_required=False)
def fine():
    yield from run_bash("true")


@dg.asset(
    **WITH_A_FILE_THAT_IS_NOT_THERE,
    deps=[dg.AssetKey(["with_a_file_that_is_not_there", "fine"])],
    output_required=False,
)
def gone(context: dg.AssetExecutionContext, airflow: AirflowRun):
    """BashOperator, run in Airflow."""
    yield from with_a_file_that_is_not_there_in_airflow.outputs(context, airflow, "gone")


with_a_file_that_is_not_there_job = dg.define_asset_job(
    "with_a_file_that_is_not_there", selection=[fine, gone]
)
with_files_job = dg.define_asset_job("with_files", selection=[load, plain, query, ask])
with_files_schedule = dg.build_schedule_from_partitioned_job(with_files_job)
defs = dg.Definitions(
    assets=[fine, gone, load, plain, query, ask],
    jobs=[with_a_file_that_is_not_there_job, with_files_job],
    schedules=[with_files_schedule],
    resources=AIRFLOW,
)
