"""Names that several things have: tasks, helpers, modules, parameters, and what the new code imports."""

# Converted from `clashes.py`.

import json

import dagster as dg

from ..runtime.outcomes import outcome_executor, outcome_op


def clean(rows):
    return [row for row in rows if row]


CLASHES = dict(key_prefix="clashes", group_name="clashes")


@dg.asset(
    **CLASHES,
    ins={
        "clean_value": dg.AssetIn(key=["clashes", "clean"]),
        "json_value": dg.AssetIn(key=["clashes", "json"]),
    },
)
def read(clean_value, json_value):
    rows = clean(clean_value)
    return json.dumps([rows, json_value])


def both(extra, rows=()):
    return [extra, *rows]


@dg.asset(**CLASHES, name="clean")
def made():
    return [1, None, 2]


@dg.asset(**CLASHES, name="json")
def other():
    return {"a": 1}


@dg.asset(**CLASHES, name="both")
def first():
    return both(extra=1)


@dg.asset(**CLASHES, name="both-again", ins={"both_value": dg.AssetIn(key=["clashes", "both"])})
def both_again(both_value):
    return both(extra=both_value)


def total() -> int:
    return 3


@dg.asset(
    **CLASHES,
    ins={
        "input_": dg.AssetIn(key=["clashes", "total"]),
        "type_": dg.AssetIn(key=["clashes", "total-again"]),
        "config_": dg.AssetIn(key=["clashes", "both"]),
    },
)
def typed(input_, type_, config_):
    input = input_
    type = type_
    config = config_
    _ = 2
    return [input, type, config, _]


@dg.asset(**CLASHES, name="total-again")
def total_again():
    return total()


@dg.asset(**CLASHES, name="total")
def total_asset():
    return total()


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")


@outcome_op(arms=("json", "print"))
def pick_arms():
    return ["json", "print"]


@outcome_op()
def json_op():
    return json.dumps([1])


@outcome_op()
def print_op():
    return 1


@outcome_op(rule="none_failed")
def Skip_op(input_, type_):
    input = input_
    type = type_
    outcome = 2
    return [input, type, outcome]


@dg.op
def outcome_op_op(context: dg.OpExecutionContext, after_, config_):
    after = after_
    config = config_
    ds = context.partition_key
    return [after, config, ds]


clashes_job = dg.define_asset_job(
    "clashes",
    selection=[made, other, first, both_again, read, total_asset, total_again, typed],
)


@dg.job(partitions_def=daily, executor_def=outcome_executor)
def clashing_ops():
    pick_arms_done = pick_arms()
    other = json_op(after=pick_arms_done.json)
    print_ = print_op(after=pick_arms_done.print)
    skipped = Skip_op(input_=other.outcome, type_=print_.outcome)
    outcome_op_op(after_=skipped.result, config_=other.result)


clashing_ops_schedule = dg.build_schedule_from_partitioned_job(clashing_ops)
defs = dg.Definitions(
    assets=[made, other, first, both_again, read, total_asset, total_again, typed],
    jobs=[clashes_job, clashing_ops],
    schedules=[clashing_ops_schedule],
)
