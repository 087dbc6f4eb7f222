"""Functions without a name that ask Airflow for something."""

# Converted from `lambdas.py`.

import dagster as dg
import pendulum

from ..runtime.outcomes import outcome_executor, outcome_op
from ..runtime.sensors import wait_until

daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")


@outcome_op()
def count_days(context: dg.OpExecutionContext):
    return len(context.partition_key)


@outcome_op()
def text(context: dg.OpExecutionContext):
    ds = context.partition_key
    n = 3
    return f"{ds}/{n}"


@outcome_op()
def together(count_days, text):
    return count_days + len(text) + len([x for x in [count_days, text] if x is not None])


@outcome_op()
def next_day(context: dg.OpExecutionContext):
    logical_date = pendulum.instance(context.partition_time_window.start)
    return logical_date.add(days=1).to_date_string()


@dg.op(ins={"after": dg.In(dg.Nothing)}, name="lambdas__unkept")
def unkept(context: dg.OpExecutionContext):
    ts = context.partition_time_window.start.isoformat()
    _ = ts


@dg.op(ins={"after": dg.In(dg.Nothing)})
def own_names(context: dg.OpExecutionContext):
    ds = context.partition_key
    return [context + ds for context in ("x", "y")]


@dg.op
def peeks(context: dg.OpExecutionContext, together):
    ds = context.partition_key
    wait_until(lambda: together > 3 and ds)


@outcome_op(arms=("one_arm", "other_arm"), pulls=("count_days",))
def decides(count_days):
    return "one_arm" if count_days else "other_arm"


@outcome_op()
def one_arm():
    return None


@outcome_op()
def other_arm():
    return None


@outcome_op(short_circuit="all")
def stops(context: dg.OpExecutionContext):
    return context.partition_key < "2024"


@outcome_op()
def not_reached():
    return 1


@dg.job(partitions_def=daily, executor_def=outcome_executor)
def lambdas():
    count = count_days()
    text_done = text()
    together_done = together(count_days=count.outcome, text=text_done.outcome)
    next_day_done = next_day(after=together_done.outcome)
    unkept(after=together_done.result)
    own_names(after=together_done.result)
    peeks(together=together_done.result)
    decides_done = decides(count_days=count.outcome, after=together_done.outcome)
    one_arm(after=decides_done.one_arm)
    other_arm(after=decides_done.other_arm)
    stops_done = stops(after=next_day_done.outcome)
    not_reached(after=stops_done.outcome)


lambdas_schedule = dg.build_schedule_from_partitioned_job(lambdas)
defs = dg.Definitions(jobs=[lambdas], schedules=[lambdas_schedule])
