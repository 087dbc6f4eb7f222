"""One DAG that is native, and one that is not yet."""

# Converted from `mixed.py`.

import dagster as dg

from .._airflow import Task, airflow_dag

PLAIN = dict(key_prefix="plain", group_name="plain")


@dg.asset(**PLAIN)
def one():
    return 1


plain_job = dg.define_asset_job("plain", selection=[one])
defs = dg.Definitions.merge(
    dg.Definitions(assets=[one], jobs=[plain_job]),
    airflow_dag(
        "over_a_list",
        file="mixed.py",
        tasks={
            "double": Task(mapped=True),
        },
        schedule="@hourly",
        start_date="2024-01-01T00:00:00+00:00",
    ),
)
