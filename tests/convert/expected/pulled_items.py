"""Keys that a task has because the items of the dict that it returns are XComs."""

# Converted from `pulled_items.py`.

import json

import dagster as dg

from .._airflow import AIRFLOW, AirflowRun, airflow_tasks, with_keys
from ..runtime.shell import checked, run_bash

PULLED_ITEMS = dict(key_prefix="pulled_items", group_name="pulled_items")
pulled_items_in_airflow = airflow_tasks("pulled_items", file="pulled_items.py")


@dg.asset(**PULLED_ITEMS)
def totals():
    return {"sum": 6, "most": 3}


def sizes():
    return """echo '{"rows": 4}'"""


@dg.asset(
    **PULLED_ITEMS,
    ins={"totals": dg.AssetIn(key=["pulled_items", "totals"])},
    deps=[dg.AssetKey(["pulled_items", "say"])],
)
def tell(totals):
    most = (totals or {}).get("most")
    return [most, (totals or {}).get("no such"), totals["sum"]]


@dg.asset(
    **PULLED_ITEMS,
    ins={
        "totals": dg.AssetIn(key=["pulled_items", "totals"]),
        "sizes": dg.AssetIn(key=["pulled_items", "sizes"]),
    },
    output_required=False,
)
def say(context: dg.AssetExecutionContext, airflow: AirflowRun, totals, sizes):
    """BashOperator, run in Airflow."""
    yield from pulled_items_in_airflow.outputs(
        context, airflow, "say", {"totals": with_keys(totals), "sizes": sizes}
    )


@dg.asset(**PULLED_ITEMS, name="sizes", output_required=False)
def sizes_asset():
    yield from run_bash(checked(sizes()), value=json.loads)


pulled_items_job = dg.define_asset_job("pulled_items", selection=[say, totals, sizes_asset, tell])
defs = dg.Definitions(assets=[say, totals, sizes_asset, tell], jobs=[pulled_items_job], resources=AIRFLOW)
