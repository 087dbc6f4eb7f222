"""Page views: bots out, sessions counted, pages ranked. One DAG for each day, one for each week, from one factory.

Views arrive up to a few hours late, and the collector delivers at least once: a view counts for the moment when it
*arrived*, and once. The web team reads `page_popularity` every morning; the week's ranking goes into the newsletter.

Owner: web analytics.
"""

import os
import re
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pendulum
from airflow.decorators import dag, task, task_group

DATA_DIR = Path(os.environ.get("ORDERS_DATA_DIR", "/data/orders"))
OUT_DIR = DATA_DIR / "out" / "page_views"

BOT = re.compile(r"bot\b|crawler|spider|robot", re.IGNORECASE)
PERIODS = {"daily": "@daily", "weekly": "@weekly"}
TOP = 20

default_args = {
    "owner": "web-analytics",
    "retries": 1,
    "retry_delay": timedelta(minutes=2),
}


def is_bot(agent: str) -> bool:
    return bool(BOT.search(agent))


def minutes_between(first: pd.Series, last: pd.Series) -> pd.Series:
    return ((last - first).dt.total_seconds() / 60).round(1)


def make_page_views(period: str, schedule: str):
    @dag(
        dag_id=f"page_views_{period}",
        description=f"{period.title()} ranking of pages, without bots",
        schedule=schedule,
        start_date=pendulum.datetime(2024, 1, 1, tz="Europe/Berlin"),
        catchup=False,
        default_args=default_args,
        doc_md=__doc__,
        tags=["web", period],
    )
    def page_views():
        @task
        def extract_views(data_interval_start=None, data_interval_end=None) -> pd.DataFrame:
            """Everything that arrived in the interval, as it came."""
            views = pd.read_csv(DATA_DIR / "page_views.csv", dtype={"user_id": "Int64"})
            received_at = pd.to_datetime(views["received_at"], utc=True)
            arrived = (received_at >= data_interval_start) & (received_at < data_interval_end)
            return views[arrived].reset_index(drop=True)

        @task
        def remove_bots(views: pd.DataFrame) -> pd.DataFrame:
            """Views of people, each of them once."""
            people = views[~views["user_agent"].map(is_bot)]
            return people.drop_duplicates("view_id", ignore_index=True)

        @task_group
        def report(views):
            @task
            def count_sessions(views: pd.DataFrame) -> pd.DataFrame:
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

            @task
            def rank_pages(views: pd.DataFrame, ds_nodash=None) -> pd.DataFrame:
                """The most popular pages, by different visitors; pages with as many share a rank."""
                visitor = views["user_id"].astype("string").fillna(views["session_id"])
                pages = views.assign(visitor=visitor).groupby("page_url", as_index=False)
                ranking = pages.agg(visitors=("visitor", "nunique"), views=("view_id", "count"))
                ranking["rank"] = ranking["visitors"].rank(method="min", ascending=False).astype("int64")
                ranking = ranking.sort_values(["rank", "page_url"], ignore_index=True)

                folder = OUT_DIR / period
                folder.mkdir(parents=True, exist_ok=True)
                ranking.head(TOP).to_csv(folder / f"{ds_nodash}.csv", index=False)
                return ranking

            count_sessions(views)
            rank_pages(views)

        report(remove_bots(extract_views()))

    return page_views()


for period, schedule in PERIODS.items():
    globals()[f"page_views_{period}"] = make_page_views(period, schedule)
