"""Control flow, as a job of ops."""

import dagster as dg

from ..runtime.mapping import fan_out
from ..runtime.outcomes import Skip, outcome_executor, outcome_op


@outcome_op(arms=("left", "right"))
def choose():
    return "left"


@outcome_op()
def left(after):
    return {"side": "left"}


@outcome_op()
def right(after):
    return {"side": "right"}


@outcome_op(rule="none_failed_min_one_success")
def join(after):
    return "joined"


@outcome_op(many=True)
def numbers():
    return [1, 2, 3]


@fan_out()
def each_double(numbers):
    return numbers


@outcome_op()
def double(number):
    return number * 2


@outcome_op()
def total(doubled):
    return sum(doubled)


@outcome_op()
def nothing_to_do():
    raise Skip("nothing")


@outcome_op()
def after_nothing(after):
    return 1


@outcome_op(retry_policy=dg.RetryPolicy(max_retries=1, delay=300))
def breaks():
    raise ValueError("broken")


@outcome_op()
def after_broken(after):
    return 1


@dg.job(executor_def=outcome_executor)
def control():
    chosen = choose()
    arms = [left([chosen.left]).outcome, right([chosen.right]).outcome]
    join(arms)
    doubled = each_double(numbers().outcome).map(lambda number: double(number).outcome)
    total(doubled.collect())
    after_nothing([nothing_to_do().outcome])
    after_broken([breaks().outcome])


defs = dg.Definitions(jobs=[control])
