"""Branches that lead into groups, and whose result is read."""

# Converted from `arms.py`.

import dagster as dg

from ..runtime.outcomes import outcome_executor, outcome_op


@outcome_op()
def count():
    return 7


@outcome_op(
    arms={
        "big.first": ("big_first", "told"),
        "big.second": ("big_second",),
        "small.one": ("small_one",),
        "told": ("told",),
        "big": ("big_first", "told", "big_second"),
        "small": ("small_one",),
    },
    name="arms__pick",
)
def pick(n):
    return "big" if n > 5 else ["small.one"]


@outcome_op(
    arms={
        "outcome": ("outcome_2", "told"),
        "small.one": ("small_one",),
        "told": ("told",),
        "small": ("small_one",),
    },
    tolerated=True,
    name="arms__again",
)
def again(n):
    return ["small.one", "outcome"]


@outcome_op()
def big_second():
    pass


@outcome_op()
def big_first():
    pass


@dg.op(ins={"after": dg.In(dg.Nothing)})
def big_third():
    pass


@outcome_op()
def small_one():
    pass


@dg.op(ins={"after": dg.In(dg.Nothing)})
def small_two():
    pass


@outcome_op(tolerated=True)
def outcome():
    pass


@outcome_op(rule="none_failed_min_one_success", name="arms__told")
def told(chosen, other):
    return f"{chosen} {other}"


@dg.job(executor_def=outcome_executor)
def arms():
    n = count()
    picked = pick(n=n.outcome)
    other = again(n=n.outcome)
    first = big_first(after=picked.big_first)
    big_second(after=picked.big_second)
    one = small_one(after=[other.small_one, picked.small_one])
    outcome_done = outcome(after=other.outcome_2)
    big_third(after=first.result)
    small_two(after=one.result)
    told(chosen=picked.told, other=other.told, after=[first.outcome, outcome_done.outcome])


defs = dg.Definitions(jobs=[arms])
