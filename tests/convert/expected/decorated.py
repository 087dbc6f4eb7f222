"""Functions with decorators of the team's own, and of a package."""

# Converted from `decorated.py`.

import functools

import dagster as dg
import tenacity

from .._airflow import AIRFLOW, AirflowRun, airflow_tasks


def counted(function):
    """Says how often it was called."""
    calls = []

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        calls.append(1)
        print(f"{function.__name__}: call {len(calls)}")
        return function(*args, **kwargs)

    return wrapper


def scaled(factor=10):
    """What the function returns, times a factor."""

    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs) * factor

        return wrapper

    return decorate


@counted
def day(ds=None):
    return ds


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
DRESSED = dict(key_prefix="dressed", group_name="dressed", partitions_def=daily)


@dg.asset(**DRESSED)
def twice(context: dg.AssetExecutionContext):
    @scaled(factor=2)
    @counted
    def twice(number):
        return f"{number} on {context.partition_key.replace('-', '')} "

    return twice(number=context.partition_key)


@tenacity.retry(stop=tenacity.stop_after_attempt(3))
def tried(number):
    if tried.statistics["attempt_number"] < 3:
        raise ValueError("not yet")
    return number + 1


@dg.asset(
    **DRESSED,
    ins={"day": dg.AssetIn(key=["dressed", "day"])},
    deps=[dg.AssetKey(["dressed", "tried"]), dg.AssetKey(["dressed", "twice"])],
)
def pulled(day):
    @counted
    def pulled():
        return day

    return pulled()


@dg.asset(**DRESSED, name="day")
def first(context: dg.AssetExecutionContext):
    return day(ds=context.partition_key)


@dg.asset(**DRESSED, name="tried")
def third():
    return tried(number=1)


DRESSED_UNSEEN = dict(key_prefix="dressed_unseen", group_name="dressed_unseen", partitions_def=daily)
dressed_unseen_in_airflow = airflow_tasks("dressed_unseen", file="decorated.py")


@dg.asset(**DRESSED_UNSEEN, output_required=False)
def unseen(context: dg.AssetExecutionContext, airflow: AirflowRun):
    """PythonOperator, run in Airflow."""
    yield from dressed_unseen_in_airflow.outputs(context, airflow, "unseen")


@dg.asset(**DRESSED_UNSEEN, deps=[dg.AssetKey(["dressed_unseen", "unseen"])])
def seen(context: dg.AssetExecutionContext):
    return day(ds=context.partition_key)


@counted
def outside(number: int):
    return number * 2


base = 5


@counted
def started(ds=None) -> int:
    """The day of the month."""
    return int(ds[-2:]) + base


@scaled()
def scaled_up(number: int, *, more=1):
    return number + more


DRESSED_TASKS = dict(key_prefix="dressed_tasks", group_name="dressed_tasks", partitions_def=daily)


@dg.asset(**DRESSED_TASKS, name="started")
def started_asset(context: dg.AssetExecutionContext):
    return started(ds=context.partition_key)


@dg.asset(
    **DRESSED_TASKS,
    name="scaled_up",
    ins={"started": dg.AssetIn(key=["dressed_tasks", "started"])},
    retry_policy=dg.RetryPolicy(max_retries=1, delay=300),
)
def scaled_up_asset(started):
    return scaled_up(number=started)


@dg.asset(
    **DRESSED_TASKS,
    name="outside",
    ins={"scaled_up": dg.AssetIn(key=["dressed_tasks", "scaled_up"])},
)
def outside_asset(scaled_up):
    return outside(number=scaled_up)


dressed_job = dg.define_asset_job("dressed", selection=[first, twice, third, pulled])
dressed_schedule = dg.build_schedule_from_partitioned_job(dressed_job)
dressed_tasks_job = dg.define_asset_job(
    "dressed_tasks", selection=[started_asset, scaled_up_asset, outside_asset]
)
dressed_tasks_schedule = dg.build_schedule_from_partitioned_job(dressed_tasks_job)
dressed_unseen_job = dg.define_asset_job("dressed_unseen", selection=[unseen, seen])
dressed_unseen_schedule = dg.build_schedule_from_partitioned_job(dressed_unseen_job)
defs = dg.Definitions(
    assets=[first, twice, third, pulled, started_asset, scaled_up_asset, outside_asset, unseen, seen],
    jobs=[dressed_job, dressed_tasks_job, dressed_unseen_job],
    schedules=[dressed_schedule, dressed_tasks_schedule, dressed_unseen_schedule],
    resources=AIRFLOW,
)
