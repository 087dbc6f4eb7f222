"""Nightly checks of the order export: publish the day, or put its bad lines into quarantine and tell people.

The limit is the Airflow Variable `bad_share_limit` (share of bad lines, 0.15 unless set). The export
sometimes is not ready when we start; the first task tries again. Whatever happens, staging files must be
gone in the morning.

Owner: data operations.
"""

import csv
import json
import os
from datetime import timedelta
from pathlib import Path

import pendulum
from airflow import DAG
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import BranchPythonOperator, PythonOperator
from airflow.utils.trigger_rule import TriggerRule

DATA_DIR = Path(os.environ.get("ORDERS_DATA_DIR", "/data/orders"))
STAGING = DATA_DIR / "staging"
OUT_DIR = DATA_DIR / "out" / "etl_ops"

PUBLISHED = ["order_id", "customer_id", "status", "updated_at"]
KNOWN_STATES = {"completed", "pending", "refunded"}

default_args = {
    "owner": "data-ops",
    "email_on_failure": False,
    "retries": 0,
    "retry_delay": timedelta(seconds=1),
}


def read_csv(name):
    with (DATA_DIR / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_bad(order, customers):
    """A line that cannot be booked."""
    try:
        quantity = int(order["quantity"])
        price, discount = float(order["unit_price"]), float(order["discount"])
    except ValueError:
        return True
    if quantity < 1 or price < 0 or not 0 <= discount <= 1:
        return True
    return order["customer_id"] not in customers or order["status"].strip().lower() not in KNOWN_STATES


def check_source(day, ti=None):
    """The export writes its state beside the data: for some days it needs another try."""
    state = json.loads((DATA_DIR / "source_status.json").read_text(encoding="utf-8"))
    if ti.try_number <= state.get(day, {}).get("failing_tries", 0):
        raise RuntimeError(f"the export of {day} is not ready")
    return len(read_csv("orders.csv"))


def profile_orders(day, ti=None, **context):
    """Sorts the lines of the day into good and bad, and counts them."""
    customers = {customer["customer_id"] for customer in read_csv("customers.csv")}
    lines = [line for line in read_csv("orders.csv") if line["updated_at"].startswith(day)]
    good = [line for line in lines if not is_bad(line, customers)]
    bad = [line for line in lines if is_bad(line, customers)]

    STAGING.mkdir(parents=True, exist_ok=True)
    (STAGING / f"good_{day}.json").write_text(json.dumps(good), encoding="utf-8")
    (STAGING / f"bad_{day}.json").write_text(json.dumps(bad), encoding="utf-8")

    ti.xcom_push(key="bad_share", value=round(len(bad) / max(len(lines), 1), 4))
    ti.xcom_push(key="lines", value=len(lines))
    return {
        "lines": len(lines),
        "orders": len({line["order_id"] for line in lines}),
        "bad": len(bad),
        "refunded": sum(line["status"] == "refunded" for line in good),
    }


def choose_path(limit, **context):
    share = context["ti"].xcom_pull(task_ids="profile_orders", key="bad_share")
    # Variables are text
    if share > float(limit):
        return "quarantine_lines"
    return "publish_orders"


def publish_orders(day):
    """The newest good line of each order. The export is in the order of its changes, so the last one wins."""
    good = json.loads((STAGING / f"good_{day}.json").read_text(encoding="utf-8"))
    newest = {line["order_id"]: line for line in good}

    OUT_DIR.mkdir(parents=True, exist_ok=True)
    with (OUT_DIR / f"published_{day}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, PUBLISHED, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(newest.values())
    return len(newest)


def quarantine_lines(day):
    """The bad lines, for the people who mend them."""
    bad = json.loads((STAGING / f"bad_{day}.json").read_text(encoding="utf-8"))

    OUT_DIR.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in bad)
    (OUT_DIR / f"quarantine_{day}.jsonl").write_text(text, encoding="utf-8")
    return [line["order_id"] for line in bad]


def write_report(ti=None, data_interval_start=None, data_interval_end=None, templates_dict=None, **context):
    """What the people on call read in the morning."""
    counts = ti.xcom_pull(task_ids="profile_orders")
    published = ti.xcom_pull(task_ids="publish_orders")
    lines = [
        templates_dict["title"],
        f"from {data_interval_start.isoformat()} to {data_interval_end.isoformat()}",
        *(f"{name}: {count}" for name, count in sorted(counts.items())),
        "in quarantine" if published is None else f"published: {published}",
        f"next report: {templates_dict['next']}",
    ]
    OUT_DIR.mkdir(parents=True, exist_ok=True)
    (OUT_DIR / f"report_{templates_dict['day']}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return templates_dict["title"]


def clean_up(day):
    leftovers = sorted(path.name for path in STAGING.glob(f"*_{day}.json"))
    for name in leftovers:
        (STAGING / name).unlink()
    return leftovers


with DAG(
    dag_id="etl_ops",
    description="Checks the order export of a day, then publishes it or puts it into quarantine",
    schedule="@daily",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args=default_args,
    tags=["orders", "ops"],
) as dag:
    dag.doc_md = __doc__

    check = PythonOperator(
        task_id="check_source",
        python_callable=check_source,
        op_kwargs={"day": "{{ ds }}"},
        retries=2,
    )
    profile = PythonOperator(
        task_id="profile_orders",
        python_callable=profile_orders,
        op_kwargs={"day": "{{ ds }}"},
    )
    branch = BranchPythonOperator(
        task_id="choose_path",
        python_callable=choose_path,
        op_kwargs={"limit": "{{ var.value.get('bad_share_limit', '0.15') }}"},
    )
    publish = PythonOperator(
        task_id="publish_orders",
        python_callable=publish_orders,
        op_args=["{{ ds }}"],
    )
    quarantine = PythonOperator(
        task_id="quarantine_lines",
        python_callable=quarantine_lines,
        op_args=["{{ ds }}"],
    )
    # one of the two arms is always skipped
    join = EmptyOperator(task_id="join", trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)
    report = PythonOperator(
        task_id="write_report",
        python_callable=write_report,
        templates_dict={
            "day": "{{ ds }}",
            "title": "Orders of {{ ds }}: {{ ti.xcom_pull(task_ids='profile_orders', key='lines') }} lines",
            "next": "{{ macros.ds_add(ds, 1) }}",
        },
    )
    cleanup = PythonOperator(
        task_id="clean_up",
        python_callable=clean_up,
        op_kwargs={"day": "{{ ds }}"},
        trigger_rule="all_done",
    )

    check >> profile >> branch >> [publish, quarantine] >> join
    join >> [report, cleanup]
