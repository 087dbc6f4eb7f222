"""A task that fails, one that fails for good, and what follows them."""

# Converted from `fails.py`.

import dagster as dg

from ..runtime.outcomes import outcome_executor, outcome_op

daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")


@outcome_op(retry_policy=dg.RetryPolicy(max_retries=1, delay=1))
def unstable(context: dg.OpExecutionContext):
    if context.retry_number + 1 == 1:
        raise ConnectionError("once")
    return context.retry_number + 1


@outcome_op(retry_policy=dg.RetryPolicy(max_retries=3, delay=1))
def for_good(context: dg.OpExecutionContext):
    ds = context.partition_key
    if ds == "2024-01-03":
        raise dg.Failure("no use to try again", allow_retries=False)
    return ds


@dg.op
def after(value):
    return value


@outcome_op(rule="one_failed")
def alert():
    return "told"


@outcome_op(rule="all_done", name="fails__clean_up")
def clean_up():
    return "cleaned"


@dg.job(partitions_def=daily, executor_def=outcome_executor, tags={"fails": ""})
def fails():
    tried = unstable()
    failed = for_good(after=tried.outcome)
    after(value=failed.result)
    alert(after=[failed.outcome, tried.outcome])
    clean_up(after=failed.outcome)


fails_schedule = dg.build_schedule_from_partitioned_job(fails)
defs = dg.Definitions(jobs=[fails], schedules=[fails_schedule])
