"""A profile of each customer, every night from the shop's database to the bucket of the recommendations team.

    s3://<bucket>/profiles/<day>/<country>.jsonl   one line per customer
    s3://<bucket>/profiles/<day>/_SUCCESS          written last, with the number of profiles

They read a day once it has a _SUCCESS. A second run of a day replaces all of it, also countries that have no
customers any more. E-mail addresses do not leave the database: the bucket gets a digest of them.

Owner: customer data.
"""

# Converted from `user_profiles.py`.

import hashlib
import json
import os
from contextlib import closing

import dagster as dg
import pendulum

from ..resources import RESOURCES
from ..runtime.databases import Database
from ..runtime.object_store import ObjectStore

BUCKET = os.environ.get("REPORTS_BUCKET", "reports")

# what is known at the end of the day; orders without a price are not booked, and tell nothing
PROFILES = """
    SELECT c.customer_id, c.name, c.email, c.country,
           count(o.order_id) AS orders,
           coalesce(sum(o.quantity * o.unit_price), 0) AS spent,
           min(o.created_at) AS first_order,
           max(o.created_at) AS last_order
    FROM customers c
    LEFT JOIN orders o
      ON o.customer_id = c.customer_id AND o.created_at < %s AND o.status = 'completed'
         AND o.quantity > 0 AND o.unit_price >= 0
    GROUP BY c.customer_id, c.name, c.email, c.country
    ORDER BY c.customer_id
"""
SEGMENTS = [(1000, "gold"), (250, "silver"), (0, "bronze")]


def segment(spent):
    return next(name for least, name in SEGMENTS if spent >= least)


def profile(row):
    """One line of the file."""
    customer_id, name, email, country, orders, spent, first, last = row
    return {
        "customer_id": customer_id,
        "name": name,
        "email_digest": hashlib.sha256((email or "").lower().encode()).hexdigest()[:16],
        "country": country or "??",
        "orders": orders,
        "spent": f"{spent:.2f}",
        "segment": segment(spent),
        "first_order": first.date().isoformat() if first else None,
        "last_order": last.date().isoformat() if last else None,
    }


def replace_folder(s3, prefix, files):
    """What is below a prefix afterwards is exactly these files."""
    old = s3.list_keys(bucket_name=BUCKET, prefix=f"{prefix}/")
    if old:
        s3.delete_objects(bucket=BUCKET, keys=old)
    for name, lines in sorted(files.items()):
        s3.load_string("".join(lines), f"{prefix}/{name}", bucket_name=BUCKET)


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
USER_PROFILES = dict(
    key_prefix="user_profiles",
    partitions_def=daily,
    owners=["team:customer-data"],
    tags={"customers": "", "daily": ""},
    retry_policy=dg.RetryPolicy(max_retries=1, delay=300),
)


@dg.asset(
    **USER_PROFILES,
    group_name="silver",
    description="What is known of each customer at the end of the day; no e-mail address",
    metadata={"airflow_task": "user_profiles.read_profiles"},
)
def customer_profiles(context: dg.AssetExecutionContext, orders_db: Database):
    """All customers, also those who never bought anything."""
    data_interval_end = pendulum.instance(context.partition_time_window.end)
    with closing(orders_db.get_conn()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(PROFILES, (data_interval_end,))
        return [profile(row) for row in cursor]


@dg.asset(
    **USER_PROFILES,
    group_name="gold",
    description="Profiles in the bucket of the recommendations team, a file per country",
    ins={"profiles": dg.AssetIn(key=["user_profiles", "customer_profiles"])},
    metadata={"airflow_task": "user_profiles.store_profiles"},
)
def user_profiles(context: dg.AssetExecutionContext, reports_s3: ObjectStore, profiles):
    ds = context.partition_key
    by_country = {}
    for one in profiles:
        line = json.dumps(one, ensure_ascii=False, sort_keys=True)
        by_country.setdefault(f"{one['country']}.jsonl", []).append(f"{line}\n")
    replace_folder(reports_s3, f"profiles/{ds}", by_country)
    reports_s3.load_string(f"{len(profiles)}\n", f"profiles/{ds}/_SUCCESS", bucket_name=BUCKET, replace=True)
    return {name: len(lines) for name, lines in by_country.items()}


@dg.asset(
    **USER_PROFILES,
    group_name="gold",
    description="How many profiles there were, for the monitoring",
    ins={"counts": dg.AssetIn(key=["user_profiles", "user_profiles"])},
    metadata={"airflow_task": "user_profiles.remember"},
)
def profile_runs(context: dg.AssetExecutionContext, orders_db: Database, counts):
    """One row a day for the monitoring; a day that is run again replaces its row."""
    ds = context.partition_key
    orders_db.run(
        "CREATE TABLE IF NOT EXISTS profile_runs (day date PRIMARY KEY, countries int, profiles int)"
    )
    orders_db.insert_rows(
        "profile_runs",
        [(ds, len(counts), sum(counts.values()))],
        target_fields=["day", "countries", "profiles"],
        replace=True,
        replace_index="day",
    )
    return orders_db.get_first(
        "SELECT countries, profiles FROM profile_runs WHERE day = %s", parameters=(ds,)
    )


user_profiles_job = dg.define_asset_job(
    "user_profiles",
    selection=[customer_profiles, user_profiles, profile_runs],
    description="Customer profiles for the recommendations",
    tags={"customers": "", "daily": ""},
)
user_profiles_schedule = dg.build_schedule_from_partitioned_job(user_profiles_job)
defs = dg.Definitions(
    assets=[customer_profiles, user_profiles, profile_runs],
    jobs=[user_profiles_job],
    schedules=[user_profiles_schedule],
    resources=RESOURCES,
)
