"""Revenue per category of each day, by dbt on DuckDB: staging models, one mart, and dbt's tests.

The project is `dbt/orders`. Try a model with `dbt run --project-dir airflow_dags/dbt/orders -s stg_orders`. The mart
is a CSV file of the day below `out/orders_dbt`, which finance reads. Where dbt is installed is `DBT_BIN`.

Owner: analytics engineering.
"""

# Converted from `orders_dbt.py`.

import json
import os
from pathlib import Path

import dagster as dg
from dagster_dbt import dbt_assets

from ..lib import REPOSITORY
from ..runtime.dbt import dbt_cli, dbt_project, last_models, of_task

DATA_DIR = Path(os.environ.get("ORDERS_DATA_DIR", "/data/orders"))
OUT_DIR = DATA_DIR / "out" / "orders_dbt"
PROJECT = Path(str(REPOSITORY / "orders_dbt.py")).parent / "dbt/orders"
daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
retry = dg.RetryPolicy(max_retries=1, delay=20)
ORDERS_DBT = dict(
    key_prefix="orders_dbt",
    partitions_def=daily,
    owners=["team:analytics"],
    tags={"dbt": "", "orders": ""},
)
orders_dbt_models = dbt_project(PROJECT)


@dg.asset(
    **ORDERS_DBT,
    group_name="bronze",
    description="How many lines the export has about the day",
    retry_policy=retry,
)
def export_lines(context: dg.AssetExecutionContext):
    """How many lines the export has about the day. None at all is a broken export, not a quiet day."""
    day = context.partition_key
    with open(DATA_DIR / "orders.csv", encoding="utf-8") as file:
        lines = sum(1 for line in file if f",{day} " in line)
    if not lines:
        raise ValueError(f"nothing about {day} in the export")
    OUT_DIR.mkdir(parents=True, exist_ok=True)  # DuckDB writes files and makes no folders
    return lines


@dg.asset(
    **ORDERS_DBT,
    group_name="gold",
    description="What finance may read; its file says so",
    deps=[*last_models(orders_dbt_models)],
    metadata={"airflow_task": "orders_dbt.publish"},
    retry_policy=retry,
)
def category_revenue_release(context: dg.AssetExecutionContext):
    """The file that finance waits for: what it may read, and how big it is."""
    day = context.partition_key
    mart = OUT_DIR / f"category_revenue_{day}.csv"
    with mart.open(encoding="utf-8") as file:
        rows = sum(1 for _ in file) - 1
    ready = {"day": day, "file": mart.name, "categories": rows}
    (OUT_DIR / f"ready_{day}.json").write_text(json.dumps(ready) + "\n", encoding="utf-8")
    return ready


@of_task(
    group_name="silver",
    owners=["team:analytics"],
    tags={"dbt": "", "orders": ""},
    deps=[dg.AssetKey(["orders_dbt", "export_lines"])],
)
@dbt_assets(
    manifest=orders_dbt_models.manifest_path,
    project=orders_dbt_models,
    name="orders_dbt__dbt_build",
    partitions_def=daily,
    backfill_policy=dg.BackfillPolicy.multi_run(),
)
def dbt_build(context: dg.AssetExecutionContext):
    dbt = dbt_cli(orders_dbt_models, (os.environ.get("DBT_BIN") or "dbt"))
    yield from dbt.cli(
        ["build", "--log-path", f"{DATA_DIR}/dbt/logs", "--vars", f'{{"day": "{context.partition_key}"}}'],
        context=context,
        target_path=Path(f"{DATA_DIR}/dbt/target"),
    ).stream()


orders_dbt_job = dg.define_asset_job(
    "orders_dbt",
    selection=[export_lines, dbt_build, category_revenue_release],
    description="Revenue per category of each day, by dbt",
    tags={"dbt": "", "orders": "", "max_active_runs": "orders_dbt"},
)
orders_dbt_schedule = dg.build_schedule_from_partitioned_job(orders_dbt_job)
defs = dg.Definitions(
    assets=[export_lines, dbt_build, category_revenue_release],
    jobs=[orders_dbt_job],
    schedules=[orders_dbt_schedule],
)
