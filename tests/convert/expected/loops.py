"""Tables that are copied in a loop, in the ways in which people write such loops. Owner: core."""

# Converted from `loops.py`.

import dagster as dg

from ..runtime.dates import data_interval
from ..runtime.outcomes import outcome_executor, outcome_op
from ..runtime.shell import run_bash

TABLES = {"orders": "order_id", "customers": "customer_id", "stock-levels": "sku"}
REGIONS = ["de", "fr"]


def extract(table, limit=100):
    """The rows of one table."""
    return [{"table": table, "row": n} for n in range(min(limit, 3))]


COPIES = dict(
    key_prefix="copies",
    group_name="copies",
    owners=["team:core"],
    retry_policy=dg.RetryPolicy(max_retries=2, delay=60),
)


# One pair of tasks for each table.
# the key decides what is new
def extract_asset(table: str) -> dg.AssetsDefinition:
    @dg.asset(**COPIES, name=f"extract_{table}")
    def _asset():
        return extract(table=table)

    return _asset


extract_assets = [extract_asset(table) for table in TABLES]


def show_asset(table: str, key: str) -> dg.AssetsDefinition:
    @dg.asset(**COPIES, name=f"show_{table}", ins={"rows": dg.AssetIn(key=["copies", f"extract_{table}"])})
    def _asset(rows):
        return f"{key}: {len(rows)}"

    return _asset


show_assets = [show_asset(table, key) for table, key in TABLES.items()]


def step_op(i: int) -> dg.OpDefinition:
    @outcome_op(tolerated=True, name=f"step_{i}")
    def _op():
        yield from run_bash(f"echo {i}")

    return _op


def report_op(region: str) -> dg.OpDefinition:
    @outcome_op(tolerated=True, name=f"report_{region}")
    def _op(context: dg.OpExecutionContext):
        yield from run_bash(f"echo {data_interval(context).ds} {region}")

    return _op


@outcome_op(rule="all_done", name="chained__tell")
def tell():
    yield from run_bash("echo done")


retry = dg.RetryPolicy(max_retries=1, delay=300)
BY_REGION = dict(group_name="by_region")


def collect_asset(region: str) -> dg.AssetsDefinition:
    @dg.asset(**BY_REGION, name="collect", key_prefix=["by_region", f"region_{region}"], retry_policy=retry)
    def _asset():
        """Everything that came in."""
        path = f"/tmp/copies/{region}"
        # one line for each file
        return [path]

    return _asset


collect_assets = [collect_asset(region) for region in REGIONS]


def count_asset(group: str) -> dg.AssetsDefinition:
    @dg.asset(
        **BY_REGION,
        name="count",
        key_prefix=["by_region", f"region_{group}"],
        description=f"What {group} sold",
        ins={"rows": dg.AssetIn(key=["by_region", f"region_{group}", "collect"])},
    )
    def _asset(rows):
        region = "fr"
        return f"{region}: {len(rows)}"

    return _asset


count_assets = [count_asset(group) for group in REGIONS]


@dg.asset(
    **BY_REGION,
    key_prefix=["by_region"],
    ins={
        "count": dg.AssetIn(key=["by_region", "region_de", "count"]),
        "count_value": dg.AssetIn(key=["by_region", "region_fr", "count"]),
    },
)
def total(count, count_value):
    counts = [count, count_value]
    return sorted(counts)


by_region_job = dg.define_asset_job("by_region", selection=[*collect_assets, *count_assets, total])
by_region_schedule = dg.ScheduleDefinition(
    job=by_region_job, cron_schedule="@hourly", execution_timezone="UTC"
)


@dg.job(executor_def=outcome_executor)
def chained():
    step_0_done = step_op(0)()
    report_de_done = report_op("de")()
    step_1_done = step_op(1)(after=step_0_done.outcome)
    step_2_done = step_op(2)(after=step_1_done.outcome)
    step_3_done = step_op(3)(after=step_2_done.outcome)
    report_fr_done = report_op("fr")(after=[report_de_done.outcome, step_3_done.outcome])
    tell(after=report_fr_done.outcome)


copies_job = dg.define_asset_job("copies", selection=[*extract_assets, *show_assets])
copies_schedule = dg.ScheduleDefinition(job=copies_job, cron_schedule="@daily", execution_timezone="UTC")
defs = dg.Definitions(
    assets=[*collect_assets, *count_assets, total, *extract_assets, *show_assets],
    jobs=[by_region_job, chained, copies_job],
    schedules=[by_region_schedule, copies_schedule],
)
