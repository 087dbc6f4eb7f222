"""Methods of objects, and functions that have some of their arguments, as tasks."""

# Converted from `bound.py`.

import functools

import dagster as dg

from .._airflow import AIRFLOW, AirflowRun, airflow_tasks
from ..runtime.outcomes import outcome_executor, outcome_op

SCHEMA = "shop"
TABLES = {"orders": ["id", "day"], "customers": ["id"]}


class Named:
    """What all loaders have."""

    def named(self, suffix, ds=None):
        return f"{self.table}_{suffix}_{ds}"


class Loader(Named):
    """Loads one table."""

    def __init__(self, table, keys=(), schema=SCHEMA):
        self.table, self.keys, self.schema = table, list(keys), schema

    def load(self, ds=None, **_):
        return [self.schema, self.table, self.keys, ds]

    def with_key(self, key):
        self.keys.append(key)

    def choose(self, ds):
        return "older" if ds < "2024-01-04" else "newer"

    def all_of(self, **context):
        return context["ds"] + self.table

    @classmethod
    def of_class(cls, ds):
        return cls(ds).table


def line(a, b, c=3, *, d=4, ds=None):
    return [a, b, c, d, ds]


regions = Loader("regions", ["id"])
with_one = functools.partial(line, 1, c="{{ ds }}")
daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")


@outcome_op()
def of_regions(context: dg.OpExecutionContext):
    return regions.load(ds=context.partition_key)


@outcome_op()
def there(context: dg.OpExecutionContext):
    return Loader("there").named(suffix=context.partition_key.replace("-", ""), ds=context.partition_key)


@outcome_op()
def whole(context: dg.OpExecutionContext):
    return Loader.of_class(ds=context.partition_key)


@outcome_op()
def named(context: dg.OpExecutionContext):
    return with_one(b="b", ds=context.partition_key)


@outcome_op()
def both_ends(context: dg.OpExecutionContext):
    return line("{{ ds }}", d=5, b=context.partition_key, ds=context.partition_key)


@outcome_op()
def repeated(context: dg.OpExecutionContext, of_regions):
    return line(c=SCHEMA, a=of_regions, b=6, ds=context.partition_key)


@outcome_op(arms=("newer", "older"), name="bound__pick")
def pick(context: dg.OpExecutionContext):
    return regions.choose(ds=context.partition_key)


@outcome_op()
def older(context: dg.OpExecutionContext):
    return regions.load(ds=context.partition_key)


@outcome_op()
def newer(context: dg.OpExecutionContext):
    return regions.load(ds=context.partition_key)


BOUND_IN_A_LOOP = dict(key_prefix="bound_in_a_loop", group_name="bound_in_a_loop", partitions_def=daily)


def make_load(table: str, value) -> dg.AssetsDefinition:
    @dg.asset(**BOUND_IN_A_LOOP, name=f"load_{table}")
    def _asset(context: dg.AssetExecutionContext):
        return Loader(table, value, SCHEMA).load(ds=context.partition_key)

    return _asset


loads = [make_load(table, value) for table, value in TABLES.items()]


def again_asset(table: str, value) -> dg.AssetsDefinition:
    @dg.asset(
        **BOUND_IN_A_LOOP,
        name=f"again_{table}",
        deps=[dg.AssetKey(["bound_in_a_loop", f"load_{table}"])],
    )
    def _asset(context: dg.AssetExecutionContext):
        return Loader(table, value).load(ds=context.partition_key)

    return _asset


again_assets = [again_asset(table, value) for table, value in TABLES.items()]


def line_asset(table: str, b: int) -> dg.AssetsDefinition:
    @dg.asset(**BOUND_IN_A_LOOP, name=f"line_{table}")
    def _asset(context: dg.AssetExecutionContext):
        return line(table, b=b, ds=context.partition_key)

    return _asset


line_assets = [
    line_asset(table="orders", b=2),
    line_asset(table="customers", b=1),
]
BOUND_AND_CHANGED = dict(key_prefix="bound_and_changed", group_name="bound_and_changed", partitions_def=daily)
bound_and_changed_in_airflow = airflow_tasks("bound_and_changed", file="bound.py")


def load_asset(table: str) -> dg.AssetsDefinition:
    @dg.asset(**BOUND_AND_CHANGED, name=f"load_{table}", output_required=False)
    def _asset(context: dg.AssetExecutionContext, airflow: AirflowRun):
        """PythonOperator, run in Airflow."""
        yield from bound_and_changed_in_airflow.outputs(context, airflow, f"load_{table}")

    return _asset


load_assets = [load_asset(table) for table in TABLES]


@dg.asset(**BOUND_AND_CHANGED, name="all_of", output_required=False)
def all_of_asset(context: dg.AssetExecutionContext, airflow: AirflowRun):
    """PythonOperator, run in Airflow."""
    yield from bound_and_changed_in_airflow.outputs(context, airflow, "all_of")


@dg.asset(**BOUND_AND_CHANGED, name="of_regions")
def first(context: dg.AssetExecutionContext):
    return regions.load(ds=context.partition_key)


@dg.job(partitions_def=daily, executor_def=outcome_executor)
def bound():
    first = of_regions()
    there_done = there()
    whole_done = whole()
    named_done = named()
    both = both_ends()
    again = repeated(
        of_regions=first.outcome,
        after=[both.outcome, named_done.outcome, there_done.outcome, whole_done.outcome],
    )
    choose = pick(after=again.outcome)
    older(after=choose.older)
    newer(after=choose.newer)


bound_schedule = dg.build_schedule_from_partitioned_job(bound)
bound_and_changed_job = dg.define_asset_job(
    "bound_and_changed", selection=[*load_assets, all_of_asset, first]
)
bound_and_changed_schedule = dg.build_schedule_from_partitioned_job(bound_and_changed_job)
bound_in_a_loop_job = dg.define_asset_job("bound_in_a_loop", selection=[*loads, *again_assets, *line_assets])
bound_in_a_loop_schedule = dg.build_schedule_from_partitioned_job(bound_in_a_loop_job)
defs = dg.Definitions(
    assets=[*load_assets, all_of_asset, first, *loads, *again_assets, *line_assets],
    jobs=[bound, bound_and_changed_job, bound_in_a_loop_job],
    schedules=[bound_schedule, bound_and_changed_schedule, bound_in_a_loop_schedule],
    resources=AIRFLOW,
)
