"""Tasks and DAGs that a file beside this one lists."""

# Converted from `made_of_a_file.py`.

import logging
import os

import dagster as dg
import yaml

from ..lib import REPOSITORY
from ..runtime.outcomes import outcome_executor, outcome_op
from ..runtime.shell import run_bash

log = logging.getLogger(__name__)
HERE = os.path.dirname(str(REPOSITORY / "made_of_a_file.py"))
with open(os.path.join(HERE, "sales.yaml")) as f:
    CONFIG = yaml.safe_load(f)
daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
retry = dg.RetryPolicy(max_retries=1, delay=1)
SALES = dict(group_name="sales", partitions_def=daily, owners=["team:sales"], tags={"sales": ""})


@dg.asset(
    **SALES,
    key_prefix=["sales"],
    ins={"fetch_north": dg.AssetIn(key=["sales", "fetch", "fetch_north"])},
    deps=[dg.AssetKey(["sales", "fetch", "fetch_south"])],
    retry_policy=retry,
)
def merge(fetch_north):
    shops = ["north", "south"]
    return [fetch_north["shop"], len(shops)]


@outcome_op(arms=("big", "small"), name="made_branching__choose")
def choose():
    return "big" if len(CONFIG["shops"]) > 1 else "small"


@dg.asset(**SALES, key_prefix=["sales", "fetch"], description="Shop number 1", retry_policy=retry)
def fetch_north(context: dg.AssetExecutionContext):
    shop = "north"
    since = "2020-01-01"
    log.info("fetching %s", shop)
    return {"shop": shop, "since": since, "ds": context.partition_key}


@dg.asset(
    **SALES,
    key_prefix=["sales", "fetch"],
    description="Shop number 2",
    retry_policy=dg.RetryPolicy(max_retries=3, delay=1),
)
def fetch_south(context: dg.AssetExecutionContext):
    shop = "south"
    since = "2021-01-01"
    log.info("fetching %s", shop)
    return {"shop": shop, "since": since, "ds": context.partition_key}


def summarize(shop: str, factor: int = 2):
    return f"{shop}*{factor}"


def sum_asset(shop: str, factor: int) -> dg.AssetsDefinition:
    @dg.asset(
        **SALES,
        name=f"sum_{shop}",
        key_prefix=["sales"],
        deps=[dg.AssetKey(["sales", "merge"])],
        retry_policy=retry,
    )
    def _asset():
        return summarize(shop=shop, factor=factor)

    return _asset


sum_assets = [
    sum_asset(shop="north", factor=0),
    sum_asset(shop="south", factor=1),
]


@dg.asset(
    **SALES,
    key_prefix=["sales"],
    ins={
        "sum_north": dg.AssetIn(key=["sales", "sum_north"]),
        "sum_south": dg.AssetIn(key=["sales", "sum_south"]),
    },
    retry_policy=retry,
)
def report(sum_north, sum_south):
    rows = [sum_north, sum_south]
    return ", ".join(sorted(rows))


def mail_asset(s: str) -> dg.AssetsDefinition:
    @dg.asset(
        **SALES,
        name=f"mail_{s}",
        key_prefix=["sales"],
        deps=[dg.AssetKey(["sales", "report"])],
        retry_policy=retry,
        output_required=False,
    )
    def _asset(context: dg.AssetExecutionContext):
        yield from run_bash(f"echo {s}@example.com {context.partition_key}")

    return _asset


mail_assets = [mail_asset(s) for s in ("ann", "bob")]


@outcome_op(rule="none_failed_min_one_success")
def joined():
    pass


def run_op(name: str, limit: int) -> dg.OpDefinition:
    @outcome_op(name=name)
    def _op():
        return limit

    return _op


def source(name):
    return name * 2


def clean(text, suffix="."):
    return text + suffix


MADE_GROUPED = dict(group_name="made_grouped")


def source_asset(name: str, group: str) -> dg.AssetsDefinition:
    @dg.asset(**MADE_GROUPED, name="source", key_prefix=["made_grouped", group])
    def _asset():
        return source(name=name)

    return _asset


source_assets = [
    source_asset(name="ab", group="per_name"),
    source_asset(name="cd", group="per_name__1"),
]


def clean_asset(suffix: str, group: str) -> dg.AssetsDefinition:
    @dg.asset(
        **MADE_GROUPED,
        name="clean",
        key_prefix=["made_grouped", group],
        ins={"source": dg.AssetIn(key=["made_grouped", group, "source"])},
    )
    def _asset(source):
        return clean(text=source, suffix=suffix)

    return _asset


clean_assets = [
    clean_asset(suffix="a", group="per_name"),
    clean_asset(suffix="c", group="per_name__1"),
]


@dg.asset(
    **MADE_GROUPED,
    key_prefix=["made_grouped"],
    ins={
        "clean": dg.AssetIn(key=["made_grouped", "per_name", "clean"]),
        "clean_value": dg.AssetIn(key=["made_grouped", "per_name__1", "clean"]),
    },
)
def finish(clean, clean_value):
    values = [clean, clean_value]
    return values


EXPORT_CRM = dict(key_prefix="export_crm", group_name="export_crm", tags={"crm": "", "export": ""})


def export_asset(hour: int, deps) -> dg.AssetsDefinition:
    @dg.asset(**EXPORT_CRM, name=f"export_{hour}", deps=deps)
    def _asset():
        name = "crm"
        return f"{name}:{hour}"

    return _asset


export_assets = [
    export_asset(hour=1, deps=[]),
    export_asset(hour=2, deps=[dg.AssetKey(["export_crm", "export_1"])]),
]
EXPORT_ERP = dict(key_prefix="export_erp", group_name="export_erp", tags={"erp": "", "export": ""})


def make_export(hour: int, deps) -> dg.AssetsDefinition:
    @dg.asset(**EXPORT_ERP, name=f"export_{hour}", deps=deps)
    def _asset():
        name = "erp"
        return f"{name}:{hour}"

    return _asset


exports = [
    make_export(hour=3, deps=[]),
    make_export(hour=4, deps=[dg.AssetKey(["export_erp", "export_3"])]),
]
export_crm_job = dg.define_asset_job(
    "export_crm",
    selection=[*export_assets],
    description="Exports crm",
    tags={"crm": "", "export": ""},
)
export_crm_schedule = dg.ScheduleDefinition(
    job=export_crm_job, cron_schedule="0 1 * * *", execution_timezone="UTC"
)
export_erp_job = dg.define_asset_job(
    "export_erp",
    selection=[*exports],
    description="Exports erp",
    tags={"erp": "", "export": ""},
)
export_erp_schedule = dg.ScheduleDefinition(
    job=export_erp_job, cron_schedule="0 3 * * *", execution_timezone="UTC"
)


@dg.job(executor_def=outcome_executor)
def made_branching():
    choose_done = choose()
    small_done = run_op(name="small", limit=10)(after=choose_done.small)
    big_done = run_op(name="big", limit=100)(after=choose_done.big)
    joined(after=[big_done.outcome, small_done.outcome])


made_grouped_job = dg.define_asset_job("made_grouped", selection=[*source_assets, *clean_assets, finish])
sales_job = dg.define_asset_job(
    "sales",
    selection=[fetch_north, fetch_south, merge, *sum_assets, report, *mail_assets],
    tags={"sales": ""},
)
sales_schedule = dg.build_schedule_from_partitioned_job(sales_job)
defs = dg.Definitions(
    assets=[
        *export_assets,
        *exports,
        *source_assets,
        *clean_assets,
        finish,
        fetch_north,
        fetch_south,
        merge,
        *sum_assets,
        report,
        *mail_assets,
    ],
    jobs=[export_crm_job, export_erp_job, made_branching, made_grouped_job, sales_job],
    schedules=[export_crm_schedule, export_erp_schedule, sales_schedule],
)
