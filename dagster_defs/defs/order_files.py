"""Order files of partners: wait for the day's files, take in what can be read, clean it, and add it up.

Partners drop `orders_<day>_<name>.csv` into landing/ at any time of the day. What we have seen so far: files without
a single byte, the same file under two names, lines with too few columns or with semicolons, and files that were
still being written when we came. Nothing of that may stop the others: it is put aside and told to partner support.

Owner: partner integrations.
"""

# Converted from `order_files.py`.

import csv
import hashlib
import json
import os
from decimal import Decimal, InvalidOperation
from pathlib import Path

import dagster as dg

from ..runtime.landing import Landing
from ..runtime.outcomes import outcome_executor, outcome_op
from ..runtime.sensors import file_exists, in_folder_of, wait_until

DATA_DIR = Path(os.environ.get("ORDERS_DATA_DIR", "/data/orders"))
LANDING = DATA_DIR / "landing"
OUT_DIR = DATA_DIR / "out" / "order_files"

COLUMNS = ["order_id", "partner", "sku", "quantity", "amount", "ordered_at"]
SUPPORT = "partner-support@example.com"


def problem_of(text, known):
    """Why a file is not taken in, or None."""
    if not text.strip():
        return "empty"
    if hashlib.sha256(text.encode()).hexdigest() in known:
        return "sent twice"
    if text.splitlines()[0].split(",") != COLUMNS:
        return "unknown columns"
    if not text.endswith("\n"):
        return "half written"
    return None


daily = dg.DailyPartitionsDefinition("2024-03-01", timezone="UTC")
retry = dg.RetryPolicy(max_retries=1, delay=300)


@outcome_op(pushes=("refused",), retry_policy=retry)
def ingest_files(context: dg.OpExecutionContext):
    """The names of the files that can be read; the others are pushed with the reason."""
    day = context.partition_key
    accepted, refused, known = [], {}, set()
    for path in sorted(LANDING.glob(f"orders_{day}_*.csv")):
        text = path.read_text(encoding="utf-8")
        problem = problem_of(text, known)
        if problem is None:
            accepted.append(path.name)
            known.add(hashlib.sha256(text.encode()).hexdigest())
        else:
            refused[path.name] = problem
    pushed_refused = refused
    return accepted, pushed_refused


@outcome_op(short_circuit="next", retry_policy=retry)
def anything_new(files):
    return len(files) > 0


@outcome_op(retry_policy=retry)
def clean_lines(context: dg.OpExecutionContext, files):
    """Good lines of all files into one; bad ones are kept with their place, for support."""
    day = context.partition_key
    good, bad = [], []
    for name in files:
        with (LANDING / name).open(encoding="utf-8", newline="") as file:
            for number, line in enumerate(csv.DictReader(file), start=2):
                try:
                    quantity, amount = int(line["quantity"]), Decimal(line["amount"])
                except (TypeError, ValueError, InvalidOperation):
                    bad.append({"file": name, "line": number})
                    continue
                good.append({**line, "quantity": quantity, "amount": str(amount)})

    OUT_DIR.mkdir(parents=True, exist_ok=True)
    with (OUT_DIR / f"orders_{day}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(good)
    return {"good": len(good), "bad": bad}


@dg.op(ins={"after": dg.In(dg.Nothing)}, retry_policy=retry)
def aggregate_orders(context: dg.OpExecutionContext):
    """Pieces and amount per partner, to the cent."""
    day = context.partition_key
    totals = {}
    with (OUT_DIR / f"orders_{day}.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            total = totals.setdefault(line["partner"], {"pieces": 0, "amount": Decimal(0)})
            total["pieces"] += int(line["quantity"])
            total["amount"] += Decimal(line["amount"])
    return {partner: {**total, "amount": str(total["amount"])} for partner, total in sorted(totals.items())}


@outcome_op(rule="none_failed", retry_policy=retry)
def tell_support(context: dg.OpExecutionContext, refused, clean_lines):
    """One file with all that was put aside. Also when nothing could be taken in: then above all."""
    templates_dict = {"day": context.partition_key}
    cleaned = clean_lines or {"bad": []}
    letter = {"to": SUPPORT, "day": templates_dict["day"], "files": refused, "lines": cleaned["bad"]}
    OUT_DIR.mkdir(parents=True, exist_ok=True)
    text = json.dumps(letter, indent=1, sort_keys=True, ensure_ascii=False)
    (OUT_DIR / f"support_{templates_dict['day']}.json").write_text(text + "\n", encoding="utf-8")
    return len(refused) + len(cleaned["bad"])


@outcome_op(retry_policy=retry)
def wait_for_files(context: dg.OpExecutionContext):
    path = in_folder_of("fs_default", f"{LANDING}/orders_{context.partition_key}_*.csv")
    wait_until(lambda: file_exists(path), poke_interval=60, timeout=6 * 60 * 60)


@dg.job(
    description="Takes in the order files of partners",
    partitions_def=daily,
    executor_def=outcome_executor,
    tags={"orders": "", "partners": "", "max_active_runs": "order_files", "owner": "integrations"},
)
def order_files():
    wait = wait_for_files()
    ingest = ingest_files(after=wait.outcome)
    gate = anything_new(files=ingest.outcome)
    clean = clean_lines(files=ingest.outcome, after=gate.outcome)
    aggregate_orders(after=clean.result)
    tell_support(refused=ingest.refused, clean_lines=clean.outcome)


order_files_schedule = dg.build_schedule_from_partitioned_job(order_files)
order_files_folder = Landing(
    job="order_files",
    folder="$ORDERS_DATA_DIR/landing",
    pattern="orders_{partition}_*.csv",
    quarantine="$ORDERS_DATA_DIR/quarantine",
    header="order_id,partner,sku,quantity,amount,ordered_at",
    partitions=daily,
)
order_files_quarantine = order_files_folder.quarantine_job("order_files_quarantine")


@dg.sensor(jobs=[order_files, order_files_quarantine], minimum_interval_seconds=30)
def order_files_landing(context: dg.SensorEvaluationContext):
    """Runs order_files for each new file, once; what cannot be used is put aside."""
    return order_files_folder.look(context)


defs = dg.Definitions(
    jobs=[order_files, order_files_quarantine],
    schedules=[order_files_schedule],
    sensors=[order_files_landing],
)
