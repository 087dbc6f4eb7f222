"""A branch, a short circuit, a task that skips itself, and what has to happen anyway."""

# Converted from `routes.py`.

import os
from pathlib import Path

import dagster as dg

from ..runtime.outcomes import Skip, outcome_executor, outcome_op

DATA = Path(os.environ.get("CASES_DATA_DIR", "."))
daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")


@outcome_op(
    arms={"join": ("join",), "left": ("left", "join"), "right": ("right", "join")},
    name="routes__choose",
)
def choose(context: dg.OpExecutionContext):
    ds = context.partition_key
    return ["left", "right"] if ds.endswith("3") else "join"


@outcome_op(tolerated=True)
def left():
    return "L"


@outcome_op(tolerated=True)
def right(context: dg.OpExecutionContext):
    ds = context.partition_key
    if ds.endswith("3"):
        raise Skip("nothing to do")
    return "R"


@outcome_op(rule="none_failed_min_one_success")
def join():
    pass


@outcome_op(short_circuit="all")
def go_on(context: dg.OpExecutionContext):
    ds = context.partition_key
    return ds != "2024-01-04"


@outcome_op()
def publish(context: dg.OpExecutionContext):
    ds = context.partition_key
    (DATA / f"published_{ds}.txt").write_text(ds)


@outcome_op(rule="all_done", pulls=("left", "right"), name="routes__clean_up")
def clean_up(left, right):
    return [left, right]


@dg.job(partitions_def=daily, executor_def=outcome_executor)
def routes():
    chosen = choose()
    left_done = left(after=chosen.left)
    right_done = right(after=chosen.right)
    join_done = join(after=[chosen.join, left_done.outcome, right_done.outcome])
    go_on_done = go_on(after=join_done.outcome)
    clean_up(left=left_done.outcome, right=right_done.outcome, after=join_done.outcome)
    publish(after=go_on_done.outcome)


routes_schedule = dg.build_schedule_from_partitioned_job(routes)
defs = dg.Definitions(jobs=[routes], schedules=[routes_schedule])
