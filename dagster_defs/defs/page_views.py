"""Page views: bots out, sessions counted, pages ranked. One DAG for each day, one for each week, from one factory.

Views arrive up to a few hours late, and the collector delivers at least once: a view counts for the moment when it
*arrived*, and once. The web team reads `page_popularity` every morning; the week's ranking goes into the newsletter.

Owner: web analytics.
"""

# Converted from `page_views.py`.

import os
import re
from datetime import timezone
from pathlib import Path

import dagster as dg
import pandas as pd

DATA_DIR = Path(os.environ.get("ORDERS_DATA_DIR", "/data/orders"))
OUT_DIR = DATA_DIR / "out" / "page_views"

BOT = re.compile(r"bot\b|crawler|spider|robot", re.IGNORECASE)
TOP = 20


def is_bot(agent: str) -> bool:
    return bool(BOT.search(agent))


def minutes_between(first: pd.Series, last: pd.Series) -> pd.Series:
    return ((last - first).dt.total_seconds() / 60).round(1)


def make_page_views_defs(partitions, tags, period: str, description: str) -> dg.Definitions:
    common = dict(
        partitions_def=partitions,
        owners=["team:web-analytics"],
        tags=tags,
        retry_policy=dg.RetryPolicy(max_retries=1, delay=120),
    )

    @dg.asset(
        **common,
        name="raw_page_views",
        key_prefix=[f"page_views_{period}"],
        group_name="bronze",
        description="Page views that arrived in the interval, those of bots and those that came twice included",
        metadata={"airflow_task": f"page_views_{period}.extract_views"},
    )
    def extract_views(context: dg.AssetExecutionContext):
        """Everything that arrived in the interval, as it came."""
        data_interval_start = context.partition_time_window.start.astimezone(timezone.utc)
        data_interval_end = context.partition_time_window.end.astimezone(timezone.utc)
        views = pd.read_csv(DATA_DIR / "page_views.csv", dtype={"user_id": "Int64"})
        received_at = pd.to_datetime(views["received_at"], utc=True)
        arrived = (received_at >= data_interval_start) & (received_at < data_interval_end)
        return views[arrived].reset_index(drop=True)

    @dg.asset(
        **common,
        name="cleaned_page_views",
        key_prefix=[f"page_views_{period}"],
        group_name="silver",
        description="Page views of people, each of them once",
        ins={"views": dg.AssetIn(key=[f"page_views_{period}", "raw_page_views"])},
        metadata={"airflow_task": f"page_views_{period}.remove_bots"},
    )
    def remove_bots(views: pd.DataFrame):
        """Views of people, each of them once."""
        people = views[~views["user_agent"].map(is_bot)]
        return people.drop_duplicates("view_id", ignore_index=True)

    @dg.asset(
        **common,
        name="sessions",
        key_prefix=[f"page_views_{period}", "report"],
        group_name="gold",
        description="Pages and minutes of each session",
        ins={"views": dg.AssetIn(key=[f"page_views_{period}", "cleaned_page_views"])},
        metadata={"airflow_task": f"page_views_{period}.report.count_sessions"},
    )
    def report_count_sessions(views: pd.DataFrame):
        """How many pages each session saw, and for how long. Clocks differ, so times are in UTC."""
        views["viewed_at"] = pd.to_datetime(views["viewed_at"], utc=True)
        sessions = views.groupby("session_id", as_index=False).agg(
            user_id=("user_id", "first"),
            pages=("page_url", "nunique"),
            first=("viewed_at", "min"),
            last=("viewed_at", "max"),
        )
        sessions["minutes"] = minutes_between(sessions["first"], sessions["last"])
        return sessions

    @dg.asset(
        **common,
        name="page_popularity",
        key_prefix=[f"page_views_{period}", "report"],
        group_name="gold",
        description="Pages by the number of their visitors",
        ins={"views": dg.AssetIn(key=[f"page_views_{period}", "cleaned_page_views"])},
        metadata={"airflow_task": f"page_views_{period}.report.rank_pages"},
    )
    def report_rank_pages(context: dg.AssetExecutionContext, views: pd.DataFrame):
        """The most popular pages, by different visitors; pages with as many share a rank."""
        ds_nodash = f"{context.partition_time_window.start.astimezone(timezone.utc):%Y%m%d}"
        visitor = views["user_id"].astype("string").fillna(views["session_id"])
        pages = views.assign(visitor=visitor).groupby("page_url", as_index=False)
        ranking = pages.agg(visitors=("visitor", "nunique"), views=("view_id", "count"))
        ranking["rank"] = ranking["visitors"].rank(method="min", ascending=False).astype("int64")
        ranking = ranking.sort_values(["rank", "page_url"], ignore_index=True)

        folder = OUT_DIR / period
        folder.mkdir(parents=True, exist_ok=True)
        ranking.head(TOP).to_csv(folder / f"{ds_nodash}.csv", index=False)
        return ranking

    job = dg.define_asset_job(
        f"page_views_{period}",
        selection=[extract_views, remove_bots, report_count_sessions, report_rank_pages],
        description=description,
        tags=tags,
    )
    schedule = dg.build_schedule_from_partitioned_job(job)
    return dg.Definitions(
        assets=[extract_views, remove_bots, report_count_sessions, report_rank_pages],
        jobs=[job],
        schedules=[schedule],
    )


defs = dg.Definitions.merge(
    *[
        make_page_views_defs(
            partitions=dg.DailyPartitionsDefinition("2024-01-01", timezone="Europe/Berlin"),
            tags={"daily": "", "web": ""},
            period="daily",
            description="Daily ranking of pages, without bots",
        ),
        make_page_views_defs(
            partitions=dg.WeeklyPartitionsDefinition("2024-01-01", timezone="Europe/Berlin"),
            tags={"web": "", "weekly": ""},
            period="weekly",
            description="Weekly ranking of pages, without bots",
        ),
    ],
)
