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


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="Europe/Berlin")
PAGE_VIEWS_DAILY = dict(
    partitions_def=daily,
    owners=["team:web-analytics"],
    tags={"daily": "", "web": ""},
    retry_policy=dg.RetryPolicy(max_retries=1, delay=120),
)


@dg.asset(
    **PAGE_VIEWS_DAILY,
    key_prefix=["page_views_daily"],
    group_name="bronze",
    description="Page views that arrived on the day, those of bots and those that came twice included",
    metadata={"airflow_task": "page_views_daily.extract_views"},
)
def raw_page_views(context: dg.AssetExecutionContext):
    """Everything that arrived in the interval, as it came."""
    data_interval_start = context.partition_time_window.start.astimezone(timezone.utc)
    data_interval_end = context.partition_time_window.end.astimezone(timezone.utc)
    views = pd.read_csv(DATA_DIR / "page_views.csv", dtype={"user_id": "Int64"})
    received_at = pd.to_datetime(views["received_at"], utc=True)
    arrived = (received_at >= data_interval_start) & (received_at < data_interval_end)
    return views[arrived].reset_index(drop=True)


@dg.asset(
    **PAGE_VIEWS_DAILY,
    key_prefix=["page_views_daily"],
    group_name="silver",
    description="Page views of people, each of them once",
    ins={"views": dg.AssetIn(key=["page_views_daily", "raw_page_views"])},
    metadata={"airflow_task": "page_views_daily.remove_bots"},
)
def cleaned_page_views(views: pd.DataFrame):
    """Views of people, each of them once."""
    people = views[~views["user_agent"].map(is_bot)]
    return people.drop_duplicates("view_id", ignore_index=True)


@dg.asset(
    **PAGE_VIEWS_DAILY,
    key_prefix=["page_views_daily", "report"],
    group_name="gold",
    description="Pages and minutes of each session",
    ins={"views": dg.AssetIn(key=["page_views_daily", "cleaned_page_views"])},
    metadata={"airflow_task": "page_views_daily.report.count_sessions"},
)
def sessions(views: pd.DataFrame):
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
    **PAGE_VIEWS_DAILY,
    key_prefix=["page_views_daily", "report"],
    group_name="gold",
    description="Pages by the number of their visitors",
    ins={"views": dg.AssetIn(key=["page_views_daily", "cleaned_page_views"])},
    metadata={"airflow_task": "page_views_daily.report.rank_pages"},
)
def page_popularity(context: dg.AssetExecutionContext, views: pd.DataFrame):
    """The most popular pages, by different visitors; pages with as many share a rank."""
    period = "daily"
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


weekly = dg.WeeklyPartitionsDefinition("2024-01-01", timezone="Europe/Berlin")
PAGE_VIEWS_WEEKLY = dict(
    partitions_def=weekly,
    owners=["team:web-analytics"],
    tags={"web": "", "weekly": ""},
    retry_policy=dg.RetryPolicy(max_retries=1, delay=120),
)


@dg.asset(
    **PAGE_VIEWS_WEEKLY,
    key_prefix=["page_views_weekly"],
    group_name="bronze",
    description="Page views that arrived in the week, those of bots and those that came twice included",
    metadata={"airflow_task": "page_views_weekly.extract_views"},
)
def weekly_raw_page_views(context: dg.AssetExecutionContext):
    """Everything that arrived in the interval, as it came."""
    data_interval_start = context.partition_time_window.start.astimezone(timezone.utc)
    data_interval_end = context.partition_time_window.end.astimezone(timezone.utc)
    views = pd.read_csv(DATA_DIR / "page_views.csv", dtype={"user_id": "Int64"})
    received_at = pd.to_datetime(views["received_at"], utc=True)
    arrived = (received_at >= data_interval_start) & (received_at < data_interval_end)
    return views[arrived].reset_index(drop=True)


@dg.asset(
    **PAGE_VIEWS_WEEKLY,
    key_prefix=["page_views_weekly"],
    group_name="silver",
    description="Page views of people in the week, each of them once",
    ins={"views": dg.AssetIn(key=["page_views_weekly", "weekly_raw_page_views"])},
    metadata={"airflow_task": "page_views_weekly.remove_bots"},
)
def weekly_page_views(views: pd.DataFrame):
    """Views of people, each of them once."""
    people = views[~views["user_agent"].map(is_bot)]
    return people.drop_duplicates("view_id", ignore_index=True)


@dg.asset(
    **PAGE_VIEWS_WEEKLY,
    key_prefix=["page_views_weekly", "report"],
    group_name="gold",
    description="Pages and minutes of each session of the week",
    ins={"views": dg.AssetIn(key=["page_views_weekly", "weekly_page_views"])},
    metadata={"airflow_task": "page_views_weekly.report.count_sessions"},
)
def weekly_sessions(views: pd.DataFrame):
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
    **PAGE_VIEWS_WEEKLY,
    key_prefix=["page_views_weekly", "report"],
    group_name="gold",
    description="Pages of the week by the number of their visitors; for the newsletter",
    ins={"views": dg.AssetIn(key=["page_views_weekly", "weekly_page_views"])},
    metadata={"airflow_task": "page_views_weekly.report.rank_pages"},
)
def weekly_page_report(context: dg.AssetExecutionContext, views: pd.DataFrame):
    """The most popular pages, by different visitors; pages with as many share a rank."""
    period = "weekly"
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


page_views_daily_job = dg.define_asset_job(
    "page_views_daily",
    selection=[raw_page_views, cleaned_page_views, sessions, page_popularity],
    description="Daily ranking of pages, without bots",
    tags={"daily": "", "web": ""},
)
page_views_daily_schedule = dg.build_schedule_from_partitioned_job(page_views_daily_job)
page_views_weekly_job = dg.define_asset_job(
    "page_views_weekly",
    selection=[weekly_raw_page_views, weekly_page_views, weekly_sessions, weekly_page_report],
    description="Weekly ranking of pages, without bots",
    tags={"web": "", "weekly": ""},
)
page_views_weekly_schedule = dg.build_schedule_from_partitioned_job(page_views_weekly_job)
defs = dg.Definitions(
    assets=[
        raw_page_views,
        cleaned_page_views,
        sessions,
        page_popularity,
        weekly_raw_page_views,
        weekly_page_views,
        weekly_sessions,
        weekly_page_report,
    ],
    jobs=[page_views_daily_job, page_views_weekly_job],
    schedules=[page_views_daily_schedule, page_views_weekly_schedule],
)
