"""Helpers from a module beside the DAG file: constants, an operator of the team's own, a builder class."""

# ruff: noqa: I001  # imports as a DAG file has them

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pendulum
from airflow.models.dag import DAG
from airflow.operators.empty import EmptyOperator

from lib import common
from lib.common import DEFAULT_ARGS, Layer, LoadOperator, Pipeline

CONFIG = json.loads((Path(__file__).parent / "lib" / "tables.json").read_text())
LOCAL = pendulum.timezone("Europe/Amsterdam")

with DAG(
    dag_id="modules",
    default_args=DEFAULT_ARGS | {"retries": 9},
    start_date=datetime(2024, 7, 1, tzinfo=LOCAL),
    schedule="30 2 * * *",
    tags=[Layer.BRONZE.value],
) as dag:
    loads = [LoadOperator(table=t["name"], retries=t.get("retries", 2)) for t in CONFIG["tables"]]
    loads[0] >> loads[1:]
    common.notify("team", upstream=loads[-1])
    common.notify(name=Layer.SILVER.value)
    flags = {"archive": True, "purge": False}
    for name, wanted in flags.items():
        if not wanted:
            continue
        loads[0] >> EmptyOperator(task_id=name)
    try:
        limit = int(CONFIG["limit"])
    except (KeyError, ValueError):
        limit = 2
    if limit > 1 and CONFIG.get("extra"):
        EmptyOperator(task_id="extra")

pipeline = Pipeline("sales").step("extract").step("load").build(pendulum.datetime(2024, 3, 1, tz="UTC"))
