"""Nightly checks of the order export: publish the day, or put its bad lines into quarantine and tell people.

The limit is the Airflow Variable `bad_share_limit` (share of bad lines, 0.15 unless set). The export
sometimes is not ready when we start; the first task tries again. Whatever happens, staging files must be
gone in the morning.

Owner: data operations.
"""

# Converted from `etl_ops.py`.

import csv
import json
import os
from datetime import timedelta
from pathlib import Path

import dagster as dg

from ..runtime.alerts import tell_of_failures, webhook
from ..runtime.outcomes import outcome_executor, outcome_op

DATA_DIR = Path(os.environ.get("ORDERS_DATA_DIR", "/data/orders"))
STAGING = DATA_DIR / "staging"
OUT_DIR = DATA_DIR / "out" / "etl_ops"

PUBLISHED = ["order_id", "customer_id", "status", "updated_at"]
KNOWN_STATES = {"completed", "pending", "refunded"}


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


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")


@outcome_op(retry_policy=dg.RetryPolicy(max_retries=2, delay=1))
def check_source(context: dg.OpExecutionContext):
    """The export writes its state beside the data: for some days it needs another try."""
    day = context.partition_key
    state = json.loads((DATA_DIR / "source_status.json").read_text(encoding="utf-8"))
    if context.retry_number + 1 <= state.get(day, {}).get("failing_tries", 0):
        raise RuntimeError(f"the export of {day} is not ready")
    return len(read_csv("orders.csv"))


@outcome_op(pushes=("bad_share", "lines"))
def profile_orders(context: dg.OpExecutionContext):
    """Sorts the lines of the day into good and bad, and counts them."""
    day = context.partition_key
    customers = {customer["customer_id"] for customer in read_csv("customers.csv")}
    lines = [line for line in read_csv("orders.csv") if line["updated_at"].startswith(day)]
    good = [line for line in lines if not is_bad(line, customers)]
    bad = [line for line in lines if is_bad(line, customers)]

    STAGING.mkdir(parents=True, exist_ok=True)
    (STAGING / f"good_{day}.json").write_text(json.dumps(good), encoding="utf-8")
    (STAGING / f"bad_{day}.json").write_text(json.dumps(bad), encoding="utf-8")

    bad_share = round(len(bad) / max(len(lines), 1), 4)
    pushed_lines = len(lines)
    return (
        {
            "lines": len(lines),
            "orders": len({line["order_id"] for line in lines}),
            "bad": len(bad),
            "refunded": sum(line["status"] == "refunded" for line in good),
        },
        bad_share,
        pushed_lines,
    )


@outcome_op(arms=("publish_orders", "quarantine_lines"))
def choose_path(share):
    limit = os.environ.get("AIRFLOW_VAR_BAD_SHARE_LIMIT", "0.15")
    # Variables are text
    if share > float(limit):
        return "quarantine_lines"
    return "publish_orders"


@outcome_op()
def publish_orders(context: dg.OpExecutionContext):
    """The newest good line of each order. The export is in the order of its changes, so the last one wins."""
    day = context.partition_key
    good = json.loads((STAGING / f"good_{day}.json").read_text(encoding="utf-8"))
    newest = {line["order_id"]: line for line in good}

    OUT_DIR.mkdir(parents=True, exist_ok=True)
    with (OUT_DIR / f"published_{day}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, PUBLISHED, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(newest.values())
    return len(newest)


@outcome_op()
def quarantine_lines(context: dg.OpExecutionContext):
    """The bad lines, for the people who mend them."""
    day = context.partition_key
    bad = json.loads((STAGING / f"bad_{day}.json").read_text(encoding="utf-8"))

    OUT_DIR.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in bad)
    (OUT_DIR / f"quarantine_{day}.jsonl").write_text(text, encoding="utf-8")
    return [line["order_id"] for line in bad]


@outcome_op(pulls=("profile_orders_lines", "counts", "published"))
def write_report(context: dg.OpExecutionContext, profile_orders_lines, counts, published):
    """What the people on call read in the morning."""
    data_interval_start = context.partition_time_window.start
    data_interval_end = context.partition_time_window.end
    templates_dict = {
        "day": context.partition_key,
        "title": f"Orders of {context.partition_key}: {profile_orders_lines} lines",
        "next": f"{context.partition_time_window.start + timedelta(days=1):%Y-%m-%d}",
    }
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


@outcome_op(rule="all_done")
def clean_up(context: dg.OpExecutionContext):
    day = context.partition_key
    leftovers = sorted(path.name for path in STAGING.glob(f"*_{day}.json"))
    for name in leftovers:
        (STAGING / name).unlink()
    return leftovers


# one of the two arms is always skipped
@outcome_op(rule="none_failed_min_one_success")
def join():
    pass


@dg.job(
    description="Checks the order export of a day, then publishes it or puts it into quarantine",
    partitions_def=daily,
    executor_def=outcome_executor,
    tags={"ops": "", "orders": "", "max_active_runs": "etl_ops", "owner": "data-ops"},
)
def etl_ops():
    check = check_source()
    profile = profile_orders(after=check.outcome)
    branch = choose_path(share=profile.bad_share)
    publish = publish_orders(after=branch.publish_orders)
    quarantine = quarantine_lines(after=branch.quarantine_lines)
    join_done = join(after=[publish.outcome, quarantine.outcome])
    write_report(
        profile_orders_lines=profile.lines,
        counts=profile.outcome,
        published=publish.outcome,
        after=join_done.outcome,
    )
    clean_up(after=join_done.outcome)


etl_ops_schedule = dg.build_schedule_from_partitioned_job(etl_ops)
etl_ops_failure_alert = tell_of_failures(etl_ops, webhook("ORDERS_ALERTS"), "etl_ops")
defs = dg.Definitions(jobs=[etl_ops], schedules=[etl_ops_schedule], sensors=[etl_ops_failure_alert])
