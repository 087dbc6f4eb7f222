"""One DAG for each market."""

# Converted from `made_dags.py`.

import dagster as dg

from ..runtime.shell import run_bash


def read(name):
    return [{"market": "de", "order_id": 2}, {"market": "fr", "order_id": 1}]


MARKET_DE = dict(key_prefix="market_de", group_name="market_de")


@dg.asset(**MARKET_DE)
def collect():
    market = "de"
    return [r for r in read("orders") if r["market"] == market]


MARKET_FR = dict(key_prefix="market_fr", group_name="market_fr")


@dg.asset(**MARKET_FR, name="collect")
def collect_asset():
    market = "fr"
    return [r for r in read("orders") if r["market"] == market]


MARKET_IT = dict(key_prefix="market_it", group_name="market_it")


@dg.asset(**MARKET_IT, name="collect")
def collect_asset_2():
    market = "it"
    return [r for r in read("orders") if r["market"] == market]


@dg.asset(**MARKET_DE, ins={"collect": dg.AssetIn(key=["market_de", "collect"])})
def rank(collect):
    return sorted(r["order_id"] for r in collect)


@dg.asset(**MARKET_FR, name="rank", ins={"collect": dg.AssetIn(key=["market_fr", "collect"])})
def rank_asset(collect):
    return sorted(r["order_id"] for r in collect)


@dg.asset(**MARKET_IT, name="rank", ins={"collect": dg.AssetIn(key=["market_it", "collect"])})
def rank_asset_2(collect):
    return sorted(r["order_id"] for r in collect)


NIGHTLY_REPORT = dict(key_prefix="nightly_report", group_name="nightly_report", owners=["team:finance"])


@dg.asset(**NIGHTLY_REPORT, deps=[dg.AssetKey(["nightly_report", "say"])])
def hello():
    dag_id = "nightly_report"
    name = "world"
    return f"hello {name} from {dag_id}"


WEEKLY_REPORT = dict(
    key_prefix="weekly_report",
    group_name="weekly_report",
    owners=["team:finance"],
    retry_policy=dg.RetryPolicy(max_retries=2, delay=300),
)


@dg.asset(**WEEKLY_REPORT, name="hello", deps=[dg.AssetKey(["weekly_report", "say"])])
def hello_asset():
    dag_id = "weekly_report"
    name = "world"
    return f"hello {name} from {dag_id}"


@dg.asset(**NIGHTLY_REPORT, output_required=False)
def say():
    yield from run_bash("echo nightly_report")


@dg.asset(**WEEKLY_REPORT, name="say", output_required=False)
def say_asset():
    yield from run_bash("echo weekly_report")


market_de_job = dg.define_asset_job("market_de", selection=[collect, rank])
market_de_schedule = dg.ScheduleDefinition(
    job=market_de_job, cron_schedule="0 4 * * *", execution_timezone="UTC"
)
market_fr_job = dg.define_asset_job("market_fr", selection=[collect_asset, rank_asset])
market_fr_schedule = dg.ScheduleDefinition(
    job=market_fr_job, cron_schedule="0 5 * * *", execution_timezone="UTC"
)
market_it_job = dg.define_asset_job("market_it", selection=[collect_asset_2, rank_asset_2])
market_it_schedule = dg.ScheduleDefinition(
    job=market_it_job, cron_schedule="0 6 * * *", execution_timezone="UTC"
)
nightly_report_job = dg.define_asset_job("nightly_report", selection=[say, hello])
nightly_report_schedule = dg.ScheduleDefinition(
    job=nightly_report_job, cron_schedule="0 3 * * *", execution_timezone="UTC"
)
weekly_report_job = dg.define_asset_job("weekly_report", selection=[say_asset, hello_asset])
weekly_report_schedule = dg.ScheduleDefinition(
    job=weekly_report_job, cron_schedule="0 3 * * 1", execution_timezone="UTC"
)
defs = dg.Definitions(
    assets=[
        collect,
        rank,
        collect_asset,
        rank_asset,
        collect_asset_2,
        rank_asset_2,
        say,
        hello,
        say_asset,
        hello_asset,
    ],
    jobs=[market_de_job, market_fr_job, market_it_job, nightly_report_job, weekly_report_job],
    schedules=[
        market_de_schedule,
        market_fr_schedule,
        market_it_schedule,
        nightly_report_schedule,
        weekly_report_schedule,
    ],
)
