"""Commands that functions put together."""

# Converted from `commands.py`.

import os

import dagster as dg

from .._airflow import Task, airflow_dag
from ..runtime.outcomes import outcome_executor, outcome_op
from ..runtime.shell import checked, run_bash


def tell(greeting, ds=None):
    return f'echo "{greeting} $WHAT {ds}"'


def left_out() -> str:
    return "exit 7"


def empty():
    return "  "


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")


@outcome_op(rule="all_done")
def size(text):
    return [text, len(text)]


@outcome_op(tolerated=True)
def tell_op(context: dg.OpExecutionContext):
    yield from run_bash(
        checked(tell(greeting="hello", ds=context.partition_key)),
        env={**os.environ, "WHAT": context.partition_key},
    )


@outcome_op(tolerated=True)
def empty_op():
    yield from run_bash(checked(empty()))


@outcome_op(tolerated=True)
def left_out_op():
    yield from run_bash(checked(left_out()), skip_on=7)


@dg.job(partitions_def=daily, executor_def=outcome_executor)
def commands():
    told = tell_op()
    left_out = left_out_op()
    empty = empty_op()
    size(text=told.outcome, after=[empty.outcome, left_out.outcome])


commands_schedule = dg.build_schedule_from_partitioned_job(commands)
defs = dg.Definitions.merge(
    dg.Definitions(jobs=[commands], schedules=[commands_schedule]),
    airflow_dag(
        "rendered_commands",
        file="commands.py",
        tasks={
            "later": Task(),
        },
    ),
)
