"""Tables that are copied in a loop, in the ways in which people write such loops. Owner: core."""

# Converted from `loops.py`.

import dagster as dg

from ..runtime.dates import data_interval
from ..runtime.outcomes import outcome_executor, outcome_op
from ..runtime.shell import run_bash


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
@dg.asset(**COPIES)
def extract_orders():
    return extract(table="orders")


@dg.asset(**COPIES)
def extract_customers():
    return extract(table="customers")


@dg.asset(**COPIES, name="extract_stock-levels")
def extract_stock_levels():
    return extract(table="stock-levels")


@dg.asset(**COPIES, ins={"rows": dg.AssetIn(key=["copies", "extract_orders"])})
def show_orders(rows):
    key = "order_id"
    return f"{key}: {len(rows)}"


@dg.asset(**COPIES, ins={"rows": dg.AssetIn(key=["copies", "extract_customers"])})
def show_customers(rows):
    key = "customer_id"
    return f"{key}: {len(rows)}"


@dg.asset(
    **COPIES,
    name="show_stock-levels",
    ins={"rows": dg.AssetIn(key=["copies", "extract_stock-levels"])},
)
def show_stock_levels(rows):
    key = "sku"
    return f"{key}: {len(rows)}"


@outcome_op(tolerated=True)
def step_0():
    yield from run_bash("echo 0")


@outcome_op(tolerated=True)
def step_1():
    yield from run_bash("echo 1")


@outcome_op(tolerated=True)
def step_2():
    yield from run_bash("echo 2")


@outcome_op(tolerated=True)
def step_3():
    yield from run_bash("echo 3")


@outcome_op(tolerated=True)
def report_de(context: dg.OpExecutionContext):
    yield from run_bash(f"echo {data_interval(context).ds} de")


@outcome_op(tolerated=True)
def report_fr(context: dg.OpExecutionContext):
    yield from run_bash(f"echo {data_interval(context).ds} fr")


@outcome_op(rule="all_done", name="chained__tell")
def tell():
    yield from run_bash("echo done")


retry = dg.RetryPolicy(max_retries=1, delay=300)
BY_REGION = dict(group_name="by_region")


@dg.asset(**BY_REGION, key_prefix=["by_region", "region_de"], retry_policy=retry)
def collect():
    """Everything that came in."""
    path = "/tmp/copies/de"
    # one line for each file
    return [path]


@dg.asset(**BY_REGION, name="collect", key_prefix=["by_region", "region_fr"], retry_policy=retry)
def region_fr_collect():
    """Everything that came in."""
    path = "/tmp/copies/fr"
    # one line for each file
    return [path]


@dg.asset(
    **BY_REGION,
    key_prefix=["by_region", "region_de"],
    description="What de sold",
    ins={"rows": dg.AssetIn(key=["by_region", "region_de", "collect"])},
)
def count(rows):
    region = "fr"
    return f"{region}: {len(rows)}"


@dg.asset(
    **BY_REGION,
    name="count",
    key_prefix=["by_region", "region_fr"],
    description="What fr sold",
    ins={"rows": dg.AssetIn(key=["by_region", "region_fr", "collect"])},
)
def region_fr_count(rows):
    region = "fr"
    return f"{region}: {len(rows)}"


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


by_region_job = dg.define_asset_job(
    "by_region",
    selection=[collect, count, region_fr_collect, region_fr_count, total],
)
by_region_schedule = dg.ScheduleDefinition(
    job=by_region_job, cron_schedule="@hourly", execution_timezone="UTC"
)


@dg.job(executor_def=outcome_executor)
def chained():
    step_0_done = step_0()
    report_de_done = report_de()
    step_1_done = step_1(after=step_0_done.outcome)
    step_2_done = step_2(after=step_1_done.outcome)
    step_3_done = step_3(after=step_2_done.outcome)
    report_fr_done = report_fr(after=[report_de_done.outcome, step_3_done.outcome])
    tell(after=report_fr_done.outcome)


copies_job = dg.define_asset_job(
    "copies",
    selection=[
        extract_orders,
        show_orders,
        extract_customers,
        show_customers,
        extract_stock_levels,
        show_stock_levels,
    ],
)
copies_schedule = dg.ScheduleDefinition(job=copies_job, cron_schedule="@daily", execution_timezone="UTC")
defs = dg.Definitions(
    assets=[
        collect,
        count,
        region_fr_collect,
        region_fr_count,
        total,
        extract_orders,
        show_orders,
        extract_customers,
        show_customers,
        extract_stock_levels,
        show_stock_levels,
    ],
    jobs=[by_region_job, chained, copies_job],
    schedules=[by_region_schedule, copies_schedule],
)
