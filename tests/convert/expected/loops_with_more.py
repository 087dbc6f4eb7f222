"""Loops that do more than making tasks, and functions that read a loop variable late."""

# Converted from `loops_with_more.py`.

import dagster as dg

from .._airflow import Task, airflow_dag
from ..runtime.outcomes import outcome_executor, outcome_op
from ..runtime.shell import run_bash

NAMES = ["a", "b", "c"]
registry = {}


def names():
    return list(registry)


def upper(text):
    return text.upper()


MADE_WITH_LAMBDAS = dict(key_prefix="made_with_lambdas", group_name="made_with_lambdas")


def l_asset(n: str) -> dg.AssetsDefinition:
    @dg.asset(**MADE_WITH_LAMBDAS, name=f"l_{n}")
    def _asset():
        return upper(n)

    return _asset


l_assets = [l_asset(n) for n in NAMES]


def late_asset(k_name: str) -> dg.AssetsDefinition:
    @dg.asset(**MADE_WITH_LAMBDAS, name=f"late_{k_name}")
    def _asset():
        k = "c"
        return upper(k)

    return _asset


late_assets = [late_asset(k_name) for k_name in NAMES]


@outcome_op(tolerated=True)
def p_a():
    yield from run_bash("echo $NAME-$I", env={"NAME": "a", "I": "0"})


@outcome_op(rule="all_done")
def p_b():
    yield from run_bash("echo $NAME-$I", env={"NAME": "b", "I": "1"})


@dg.op(ins={"after": dg.In(dg.Nothing)}, out=dg.Out(is_required=False))
def p_c():
    yield from run_bash("echo $NAME-$I", env={"NAME": "c", "I": "2"})


@dg.job(executor_def=outcome_executor)
def made_one_after_another():
    p_a_done = p_a()
    p_b_done = p_b(after=p_a_done.outcome)
    p_c(after=p_b_done.result)


made_with_lambdas_job = dg.define_asset_job("made_with_lambdas", selection=[*l_assets, *late_assets])
defs = dg.Definitions.merge(
    dg.Definitions(
        assets=[*l_assets, *late_assets],
        jobs=[made_one_after_another, made_with_lambdas_job],
    ),
    airflow_dag(
        "made_with_effects",
        file="loops_with_more.py",
        tasks={
            "x_a": Task(),
            "x_b": Task(),
            "x_c": Task(),
        },
    ),
)
