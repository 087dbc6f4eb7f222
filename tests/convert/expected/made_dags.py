"""One DAG for each market."""

# Converted from `made_dags.py`.

import dagster as dg

from ..runtime.shell import run_bash


def read(name):
    return [{"market": "de", "order_id": 2}, {"market": "fr", "order_id": 1}]


def make_market_defs(market: str, cron_schedule: str) -> dg.Definitions:
    """One DAG per market; the hour is when its shops have closed."""
    common = dict(key_prefix=f"market_{market}", group_name=f"market_{market}")

    @dg.asset(**common)
    def collect():
        return [r for r in read("orders") if r["market"] == market]

    @dg.asset(**common, ins={"collect": dg.AssetIn(key=[f"market_{market}", "collect"])})
    def rank(collect):
        return sorted(r["order_id"] for r in collect)

    job = dg.define_asset_job(f"market_{market}", selection=[collect, rank])
    schedule = dg.ScheduleDefinition(job=job, cron_schedule=cron_schedule, execution_timezone="UTC")
    return dg.Definitions(assets=[collect, rank], jobs=[job], schedules=[schedule])


def create_defs(dag_id: str, retry_policy, cron_schedule: str) -> dg.Definitions:
    common = dict(key_prefix=dag_id, group_name=dag_id, owners=["team:finance"], retry_policy=retry_policy)

    @dg.asset(**common, output_required=False)
    def say():
        yield from run_bash(f"echo {dag_id}")

    @dg.asset(**common, deps=[dg.AssetKey([dag_id, "say"])])
    def hello():
        name = "world"
        return f"hello {name} from {dag_id}"

    job = dg.define_asset_job(dag_id, selection=[say, hello])
    schedule = dg.ScheduleDefinition(job=job, cron_schedule=cron_schedule, execution_timezone="UTC")
    return dg.Definitions(assets=[say, hello], jobs=[job], schedules=[schedule])


def make_summary_defs(partitions, period: str, tags) -> dg.Definitions:
    common = dict(
        key_prefix=f"summary_{period}",
        group_name=f"summary_{period}",
        partitions_def=partitions,
        tags=tags,
    )

    @dg.asset(**common)
    def count(context: dg.AssetExecutionContext):
        data_interval_end = context.partition_time_window.end
        return [period, data_interval_end.isoformat(), len(read("orders"))]

    @dg.asset(**common, ins={"counted": dg.AssetIn(key=[f"summary_{period}", "count"])})
    def show(counted):
        return " ".join(str(part) for part in counted)

    job = dg.define_asset_job(f"summary_{period}", selection=[count, show], tags=tags)
    schedule = dg.build_schedule_from_partitioned_job(job)
    return dg.Definitions(assets=[count, show], jobs=[job], schedules=[schedule])


defs = dg.Definitions.merge(
    *[
        make_market_defs(market="de", cron_schedule="0 4 * * *"),
        make_market_defs(market="fr", cron_schedule="0 5 * * *"),
        make_market_defs(market="it", cron_schedule="0 6 * * *"),
    ],
    *[
        create_defs(dag_id="nightly_report", retry_policy=None, cron_schedule="0 3 * * *"),
        create_defs(
            dag_id="weekly_report",
            retry_policy=dg.RetryPolicy(max_retries=2, delay=300),
            cron_schedule="0 3 * * 1",
        ),
    ],
    *[
        make_summary_defs(
            partitions=dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC"),
            period="daily",
            tags={"daily": "", "shop": ""},
        ),
        make_summary_defs(
            partitions=dg.WeeklyPartitionsDefinition("2024-01-01", timezone="UTC"),
            period="weekly",
            tags={"shop": "", "weekly": ""},
        ),
    ],
)
