"""Order files of partners: wait for the day's files, take in what can be read, clean it, and add it up.

Partners drop `orders_<day>_<name>.csv` into landing/ at any time of the day. What we have seen so far: files without
a single byte, the same file under two names, lines with too few columns or with semicolons, and files that were
still being written when we came. Nothing of that may stop the others: it is put aside and told to partner support.

Owner: partner integrations.
"""

import csv
import hashlib
import json
import os
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pendulum
from airflow import DAG
from airflow.operators.python import PythonOperator, ShortCircuitOperator
from airflow.sensors.filesystem import FileSensor

DATA_DIR = Path(os.environ.get("ORDERS_DATA_DIR", "/data/orders"))
LANDING = DATA_DIR / "landing"
OUT_DIR = DATA_DIR / "out" / "order_files"

COLUMNS = ["order_id", "partner", "sku", "quantity", "amount", "ordered_at"]
SUPPORT = "partner-support@example.com"

default_args = {
    "owner": "integrations",
    "email": [SUPPORT],
    "email_on_failure": False,
    "retries": 1,
    "retry_delay": timedelta(minutes=5),
}


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


def ingest_files(day, ti=None):
    """The names of the files that can be read; the others are pushed with the reason."""
    accepted, refused, known = [], {}, set()
    for path in sorted(LANDING.glob(f"orders_{day}_*.csv")):
        text = path.read_text(encoding="utf-8")
        problem = problem_of(text, known)
        if problem is None:
            accepted.append(path.name)
            known.add(hashlib.sha256(text.encode()).hexdigest())
        else:
            refused[path.name] = problem
    ti.xcom_push(key="refused", value=refused)
    return accepted


def anything_new(files):
    return len(files) > 0


def clean_lines(files, day):
    """Good lines of all files into one; bad ones are kept with their place, for support."""
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


def aggregate_orders(day):
    """Pieces and amount per partner, to the cent."""
    totals = {}
    with (OUT_DIR / f"orders_{day}.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            total = totals.setdefault(line["partner"], {"pieces": 0, "amount": Decimal(0)})
            total["pieces"] += int(line["quantity"])
            total["amount"] += Decimal(line["amount"])
    return {partner: {**total, "amount": str(total["amount"])} for partner, total in sorted(totals.items())}


def tell_support(ti, templates_dict, **context):
    """One file with all that was put aside. Also when nothing could be taken in: then above all."""
    refused = ti.xcom_pull(task_ids="ingest_files", key="refused")
    cleaned = ti.xcom_pull(task_ids="clean_lines") or {"bad": []}
    letter = {"to": SUPPORT, "day": templates_dict["day"], "files": refused, "lines": cleaned["bad"]}
    OUT_DIR.mkdir(parents=True, exist_ok=True)
    text = json.dumps(letter, indent=1, sort_keys=True, ensure_ascii=False)
    (OUT_DIR / f"support_{templates_dict['day']}.json").write_text(text + "\n", encoding="utf-8")
    return len(refused) + len(cleaned["bad"])


with DAG(
    dag_id="order_files",
    description="Takes in the order files of partners",
    schedule="@daily",
    start_date=pendulum.datetime(2024, 3, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args=default_args,
    doc_md=__doc__,
    tags=["orders", "partners"],
) as dag:
    wait = FileSensor(
        task_id="wait_for_files",
        filepath=f"{LANDING}/orders_{{{{ ds }}}}_*.csv",
        poke_interval=60,
        timeout=6 * 60 * 60,
        mode="reschedule",
    )
    ingest = PythonOperator(task_id="ingest_files", python_callable=ingest_files, op_args=["{{ ds }}"])
    gate = ShortCircuitOperator(
        task_id="anything_new",
        python_callable=anything_new,
        op_args=[ingest.output],
        ignore_downstream_trigger_rules=False,
    )
    clean = PythonOperator(
        task_id="clean_lines",
        python_callable=clean_lines,
        op_kwargs={"files": ingest.output, "day": "{{ ds }}"},
    )
    aggregate = PythonOperator(
        task_id="aggregate_orders",
        python_callable=aggregate_orders,
        op_kwargs={"day": "{{ ds }}"},
    )
    tell = PythonOperator(
        task_id="tell_support",
        python_callable=tell_support,
        templates_dict={"day": "{{ ds }}"},
        trigger_rule="none_failed",
    )

    wait >> ingest >> gate >> clean >> aggregate
    [ingest, clean] >> tell
