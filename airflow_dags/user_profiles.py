"""A profile of each customer, every night from the shop's database to the bucket of the recommendations team.

    s3://<bucket>/profiles/<day>/<country>.jsonl   one line per customer
    s3://<bucket>/profiles/<day>/_SUCCESS          written last, with the number of profiles

They read a day once it has a _SUCCESS. A second run of a day replaces all of it, also countries that have no
customers any more. E-mail addresses do not leave the database: the bucket gets a digest of them.

Owner: customer data.
"""

import hashlib
import json
import os
from contextlib import closing
from datetime import timedelta

import pendulum
from airflow.decorators import dag, task
from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.providers.postgres.hooks.postgres import PostgresHook

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

default_args = {"owner": "customer-data", "retries": 1, "retry_delay": timedelta(minutes=5)}


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


@dag(
    dag_id="user_profiles",
    description="Customer profiles for the recommendations",
    schedule="@daily",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    catchup=False,
    default_args=default_args,
    doc_md=__doc__,
    tags=["customers", "daily"],
)
def user_profiles():
    @task
    def read_profiles(data_interval_end=None):
        """All customers, also those who never bought anything."""
        hook = PostgresHook(postgres_conn_id="orders_db")
        with closing(hook.get_conn()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(PROFILES, (data_interval_end,))
            return [profile(row) for row in cursor]

    @task
    def store_profiles(profiles, ds=None):
        s3 = S3Hook("reports_s3")
        by_country = {}
        for one in profiles:
            line = json.dumps(one, ensure_ascii=False, sort_keys=True)
            by_country.setdefault(f"{one['country']}.jsonl", []).append(f"{line}\n")
        replace_folder(s3, f"profiles/{ds}", by_country)
        s3.load_string(f"{len(profiles)}\n", f"profiles/{ds}/_SUCCESS", bucket_name=BUCKET, replace=True)
        return {name: len(lines) for name, lines in by_country.items()}

    @task
    def remember(counts, ds=None):
        """One row a day for the monitoring; a day that is run again replaces its row."""
        hook = PostgresHook(postgres_conn_id="orders_db")
        hook.run(
            "CREATE TABLE IF NOT EXISTS profile_runs (day date PRIMARY KEY, countries int, profiles int)"
        )
        hook.insert_rows(
            "profile_runs",
            [(ds, len(counts), sum(counts.values()))],
            target_fields=["day", "countries", "profiles"],
            replace=True,
            replace_index="day",
        )
        return hook.get_first("SELECT countries, profiles FROM profile_runs WHERE day = %s", parameters=(ds,))

    remember(store_profiles(read_profiles()))


user_profiles()
