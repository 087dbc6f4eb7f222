"""A nightly load whose parts are sub-DAGs: one is fine, one skips a table, one fails."""

# Converted from `sub_dags.py`.

import dagster as dg

from ..runtime.other_jobs import OtherJob, on_requests
from ..runtime.outcomes import Skip, outcome_executor, outcome_op
from ..runtime.shell import run_bash

daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")


def load_op(table: str) -> dg.OpDefinition:
    @outcome_op(name=f"load_{table}")
    def _op(context: dg.OpExecutionContext):
        ds = context.partition_key
        if table == "bad":
            raise ValueError(table)
        if table == "none":
            raise Skip(table)
        return f"{table}:{ds}"

    return _op


@dg.op(
    ins={"after_load_bad": dg.In(dg.Nothing), "after_load_d": dg.In(dg.Nothing)},
    out=dg.Out(is_required=False),
    name="all_parts_crm__done",
)
def done(context: dg.OpExecutionContext):
    yield from run_bash(f"echo {context.partition_key} all_parts.crm")


def make_load(table: str) -> dg.OpDefinition:
    @outcome_op(name=f"load_{table}")
    def _op(context: dg.OpExecutionContext):
        ds = context.partition_key
        if table == "bad":
            raise ValueError(table)
        if table == "none":
            raise Skip(table)
        return f"{table}:{ds}"

    return _op


@dg.op(
    ins={"after_load_a": dg.In(dg.Nothing), "after_load_b": dg.In(dg.Nothing)},
    out=dg.Out(is_required=False),
)
def done_op(context: dg.OpExecutionContext):
    yield from run_bash(f"echo {context.partition_key} all_parts.erp")


def load_op_2(table: str) -> dg.OpDefinition:
    @outcome_op(name=f"load_{table}")
    def _op(context: dg.OpExecutionContext):
        ds = context.partition_key
        if table == "bad":
            raise ValueError(table)
        if table == "none":
            raise Skip(table)
        return f"{table}:{ds}"

    return _op


@dg.op(
    ins={"after_load_c": dg.In(dg.Nothing), "after_load_none": dg.In(dg.Nothing)},
    out=dg.Out(is_required=False),
)
def done_op_2(context: dg.OpExecutionContext):
    yield from run_bash(f"echo {context.partition_key} all_parts.shop")


@outcome_op()
def erp(context: dg.OpExecutionContext):
    OtherJob(context, "all_parts_erp", daily, partitioned=True).request(
        date=context.partition_time_window.start, again=True, wait=True
    )


@outcome_op()
def shop(context: dg.OpExecutionContext):
    OtherJob(context, "all_parts_shop", daily, partitioned=True).request(
        date=context.partition_time_window.start, again=True, wait=True, poke_interval=10
    )


@outcome_op(tolerated=True, retry_policy=dg.RetryPolicy(max_retries=1, delay=1))
def crm(context: dg.OpExecutionContext):
    OtherJob(context, "all_parts_crm", daily, partitioned=True).request(
        date=context.partition_time_window.start, again=True, wait=True
    )


@outcome_op(rule="all_done")
def end():
    yield from run_bash("echo end")


@dg.op(
    ins={"after_erp": dg.In(dg.Nothing), "after_shop": dg.In(dg.Nothing)},
    out=dg.Out(is_required=False),
)
def ok():
    yield from run_bash("echo ok")


@dg.job(partitions_def=daily, executor_def=outcome_executor, tags={"owner": "etl"})
def all_parts():
    erp_done = erp()
    shop_done = shop()
    crm_done = crm()
    end(after=[crm_done.outcome, erp_done.outcome, shop_done.outcome])
    ok(after_erp=erp_done.result, after_shop=shop_done.result)


all_parts_schedule = dg.build_schedule_from_partitioned_job(all_parts)


@dg.job(partitions_def=daily, executor_def=outcome_executor, tags={"owner": "etl"})
def all_parts_crm():
    load_d_done = load_op("d")()
    load_bad_done = load_op("bad")()
    done(after_load_bad=load_bad_done.result, after_load_d=load_d_done.result)


all_parts_crm_requests = on_requests(all_parts_crm)


@dg.job(partitions_def=daily, executor_def=outcome_executor, tags={"owner": "etl"})
def all_parts_erp():
    load_a_done = make_load("a")()
    load_b_done = make_load("b")()
    done_op(after_load_a=load_a_done.result, after_load_b=load_b_done.result)


all_parts_erp_requests = on_requests(all_parts_erp)


@dg.job(partitions_def=daily, executor_def=outcome_executor, tags={"owner": "etl"})
def all_parts_shop():
    load_c_done = load_op_2("c")()
    load_none_done = load_op_2("none")()
    done_op_2(after_load_c=load_c_done.result, after_load_none=load_none_done.result)


all_parts_shop_requests = on_requests(all_parts_shop)
defs = dg.Definitions(
    jobs=[all_parts, all_parts_crm, all_parts_erp, all_parts_shop],
    schedules=[all_parts_schedule],
    sensors=[all_parts_crm_requests, all_parts_erp_requests, all_parts_shop_requests],
)
