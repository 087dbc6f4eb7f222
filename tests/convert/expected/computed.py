"""XComs of tasks that are worked out when a step runs."""

# Converted from `computed.py`.

import dagster as dg

from .._airflow import AIRFLOW, AirflowRun, Upstream, airflow_tasks
from ..runtime.context import TaskInstance

SHOPS = ["munich", "berlin", "hamburg"]
IDS = [f"count_{s}" for s in SHOPS]
COMPUTED = dict(key_prefix="computed", group_name="computed")
computed_in_airflow = airflow_tasks("computed", file="computed.py")


@dg.asset(
    **COMPUTED,
    ins={
        "count_munich": dg.AssetIn(key=["computed", "count_munich"]),
        "count_berlin": dg.AssetIn(key=["computed", "count_berlin"]),
        "count_hamburg": dg.AssetIn(key=["computed", "count_hamburg"]),
    },
    deps=[dg.AssetKey(["computed", "counted"])],
)
def sum_of_all(count_munich, count_berlin, count_hamburg):
    task_instance = TaskInstance(
        {
            ("count_munich", "return_value"): count_munich,
            ("count_berlin", "return_value"): count_berlin,
            ("count_hamburg", "return_value"): count_hamburg,
        }
    )
    return sum(task_instance.xcom_pull(task_ids=IDS))


@dg.asset(
    **COMPUTED,
    ins={
        "count_munich": dg.AssetIn(key=["computed", "count_munich"]),
        "count_berlin": dg.AssetIn(key=["computed", "count_berlin"]),
        "count_hamburg": dg.AssetIn(key=["computed", "count_hamburg"]),
    },
    deps=[dg.AssetKey(["computed", "counted"])],
)
def by_comprehension(count_munich, count_berlin, count_hamburg):
    task_instance = TaskInstance(
        {
            ("count_munich", "return_value"): count_munich,
            ("count_berlin", "return_value"): count_berlin,
            ("count_hamburg", "return_value"): count_hamburg,
        }
    )
    return {s: task_instance.xcom_pull(task_ids=f"count_{s}") for s in SHOPS}


@dg.asset(
    **COMPUTED,
    ins={
        "sold_in": dg.AssetIn(key=["computed", "count_munich__sold_in"]),
        "count_berlin_sold_in": dg.AssetIn(key=["computed", "count_berlin__sold_in"]),
        "count_hamburg_sold_in": dg.AssetIn(key=["computed", "count_hamburg__sold_in"]),
    },
    deps=[dg.AssetKey(["computed", "counted"])],
)
def by_loop(sold_in, count_berlin_sold_in, count_hamburg_sold_in):
    shops = SHOPS
    task_instance = TaskInstance(
        {
            ("count_munich", "sold_in"): sold_in,
            ("count_berlin", "sold_in"): count_berlin_sold_in,
            ("count_hamburg", "sold_in"): count_hamburg_sold_in,
        }
    )
    return [
        task_instance.xcom_pull(task_ids="count_" + s, key="sold_in") for s in shops
    ] + task_instance.xcom_pull(IDS, key="sold_in")


@dg.asset(
    **COMPUTED,
    ins={
        "count_munich": dg.AssetIn(key=["computed", "count_munich"]),
        "count_berlin": dg.AssetIn(key=["computed", "count_berlin"]),
        "count_hamburg": dg.AssetIn(key=["computed", "count_hamburg"]),
    },
    deps=[dg.AssetKey(["computed", "counted"])],
)
def of_any(count_munich, count_berlin, count_hamburg):
    task_ids = IDS[:2]
    task_instance = TaskInstance(
        {
            ("count_munich", "return_value"): count_munich,
            ("count_berlin", "return_value"): count_berlin,
            ("count_hamburg", "return_value"): count_hamburg,
        }
    )
    return [task_instance.xcom_pull(task_ids=t) for t in task_ids]


@dg.asset(
    **COMPUTED,
    ins={
        "sold_in": dg.AssetIn(key=["computed", "count_munich__sold_in"]),
        "count_berlin_sold_in": dg.AssetIn(key=["computed", "count_berlin__sold_in"]),
        "count_hamburg_sold_in": dg.AssetIn(key=["computed", "count_hamburg__sold_in"]),
    },
    deps=[dg.AssetKey(["computed", "counted"])],
)
def of_a_key(sold_in, count_berlin_sold_in, count_hamburg_sold_in):
    key = "sold_in"
    task_instance = TaskInstance(
        {
            ("count_munich", "sold_in"): sold_in,
            ("count_berlin", "sold_in"): count_berlin_sold_in,
            ("count_hamburg", "sold_in"): count_hamburg_sold_in,
        }
    )
    return task_instance.xcom_pull(task_ids=IDS, key=key)


def count_asset(s: str) -> dg.AssetsDefinition:
    @dg.multi_asset(
        outs={
            "result": dg.AssetOut(key=["computed", f"count_{s}"], group_name="computed"),
            "sold_in": dg.AssetOut(key=["computed", f"count_{s}__sold_in"], group_name="computed"),
        },
        name=f"computed__count_{s}",
    )
    def _asset():
        shop = s
        sold_in = shop.upper()
        return len(shop), sold_in

    return _asset


count_assets = [count_asset(s) for s in SHOPS]


@dg.asset(
    **COMPUTED,
    deps=[
        dg.AssetKey(["computed", "count_berlin"]),
        dg.AssetKey(["computed", "count_hamburg"]),
        dg.AssetKey(["computed", "count_munich"]),
    ],
)
def counted() -> None:
    pass


@dg.asset(
    **COMPUTED,
    ins={
        "count_munich": dg.AssetIn(key=["computed", "count_munich"]),
        "count_berlin": dg.AssetIn(key=["computed", "count_berlin"]),
        "count_hamburg": dg.AssetIn(key=["computed", "count_hamburg"]),
    },
    deps=[dg.AssetKey(["computed", "counted"])],
)
def in_a_lambda(count_munich, count_berlin, count_hamburg):
    task_instance = TaskInstance(
        {
            ("count_munich", "return_value"): count_munich,
            ("count_berlin", "return_value"): count_berlin,
            ("count_hamburg", "return_value"): count_hamburg,
        }
    )
    return max(task_instance.xcom_pull(task_ids=IDS))


@dg.asset(
    **COMPUTED,
    ins={
        "count_munich": dg.AssetIn(key=["computed", "count_munich"]),
        "count_munich_sold_in": dg.AssetIn(key=["computed", "count_munich__sold_in"]),
        "count_berlin": dg.AssetIn(key=["computed", "count_berlin"]),
        "count_berlin_sold_in": dg.AssetIn(key=["computed", "count_berlin__sold_in"]),
        "count_hamburg": dg.AssetIn(key=["computed", "count_hamburg"]),
        "count_hamburg_sold_in": dg.AssetIn(key=["computed", "count_hamburg__sold_in"]),
    },
    deps=[dg.AssetKey(["computed", "counted"])],
    output_required=False,
)
def of_nobody(
    context: dg.AssetExecutionContext,
    airflow: AirflowRun,
    count_munich,
    count_munich_sold_in,
    count_berlin,
    count_berlin_sold_in,
    count_hamburg,
    count_hamburg_sold_in,
):
    """PythonOperator, run in Airflow."""
    yield from computed_in_airflow.outputs(
        context,
        airflow,
        "of_nobody",
        {
            "count_munich": Upstream(xcoms={"return_value": count_munich, "sold_in": count_munich_sold_in}),
            "count_berlin": Upstream(xcoms={"return_value": count_berlin, "sold_in": count_berlin_sold_in}),
            "count_hamburg": Upstream(
                xcoms={"return_value": count_hamburg, "sold_in": count_hamburg_sold_in}
            ),
        },
    )


computed_job = dg.define_asset_job(
    "computed",
    selection=[
        *count_assets,
        counted,
        sum_of_all,
        by_comprehension,
        by_loop,
        in_a_lambda,
        of_any,
        of_a_key,
        of_nobody,
    ],
)
defs = dg.Definitions(
    assets=[
        *count_assets,
        counted,
        sum_of_all,
        by_comprehension,
        by_loop,
        in_a_lambda,
        of_any,
        of_a_key,
        of_nobody,
    ],
    jobs=[computed_job],
    resources=AIRFLOW,
)
