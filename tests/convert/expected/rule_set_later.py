"""A trigger rule that a task gets after it was made."""

# Converted from `rule_set_later.py`.

import dagster as dg

from ..runtime.outcomes import outcome_executor, outcome_op
from ..runtime.shell import run_bash


@outcome_op()
def skips():
    yield from run_bash("exit 98", skip_on=[97, 98])


@outcome_op(rule="all_done")
def anyway():
    yield from run_bash("echo 3", value=lambda line: int(line) + 1)


@dg.op(ins={"after": dg.In(dg.Nothing)})
def mark():
    pass


@dg.job(executor_def=outcome_executor)
def rule_set_later():
    skips_done = skips()
    anyway(after=skips_done.outcome)
    mark(after=skips_done.result)


rule_set_later_schedule = dg.ScheduleDefinition(
    job=rule_set_later, cron_schedule="@daily", execution_timezone="UTC"
)
defs = dg.Definitions(jobs=[rule_set_later], schedules=[rule_set_later_schedule])
