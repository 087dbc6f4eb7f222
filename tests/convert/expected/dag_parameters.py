"""DAG functions with parameters, and arguments that Airflow refuses."""

# Converted from `dag_parameters.py`.

import dagster as dg

from .._airflow import AIRFLOW, AirflowRun, airflow_tasks
from ..runtime.shell import checked, run_bash

DAG_PARAMETERS = dict(key_prefix="dag_parameters", group_name="dag_parameters")


class DagParametersConfig(dg.Config):
    """What a run of dag_parameters is launched with."""

    region: str = "eu"
    n: int = 3
    word: str = "hello"


@dg.asset(**DAG_PARAMETERS)
def use(config: DagParametersConfig):
    where = config.region
    count = config.n
    return f"{where} {count}"


def say(where):
    return f"echo {where}"


@dg.asset(**DAG_PARAMETERS, deps=[dg.AssetKey(["dag_parameters", "say"])])
def told(config: DagParametersConfig):
    a = [config.region, config.word]
    return a


@dg.asset(
    **DAG_PARAMETERS,
    name="say",
    deps=[dg.AssetKey(["dag_parameters", "use"])],
    output_required=False,
)
def say_asset(config: DagParametersConfig):
    yield from run_bash(checked(say(where=config.region)))


def load(ds, rows):
    return [ds, rows]


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
GIVEN_BY_PLACE = dict(key_prefix="given_by_place", group_name="given_by_place", partitions_def=daily)
given_by_place_in_airflow = airflow_tasks("given_by_place", file="dag_parameters.py")


@dg.asset(**GIVEN_BY_PLACE)
def by_name():
    return load(ds="mine", rows=2)


@dg.asset(**GIVEN_BY_PLACE, deps=[dg.AssetKey(["given_by_place", "by_name"])], output_required=False)
def by_place(context: dg.AssetExecutionContext, airflow: AirflowRun):
    """PythonOperator, run in Airflow."""
    yield from given_by_place_in_airflow.outputs(context, airflow, "by_place")


dag_parameters_job = dg.define_asset_job("dag_parameters", selection=[told, use, say_asset])
given_by_place_job = dg.define_asset_job("given_by_place", selection=[by_name, by_place])
given_by_place_schedule = dg.build_schedule_from_partitioned_job(given_by_place_job)
defs = dg.Definitions(
    assets=[told, use, say_asset, by_name, by_place],
    jobs=[dag_parameters_job, given_by_place_job],
    schedules=[given_by_place_schedule],
    resources=AIRFLOW,
)
