"""Tasks that have no native form among tasks that have one."""

# Converted from `bridged.py`.

import dagster as dg

from .._airflow import AIRFLOW, AirflowRun, Upstream, airflow_tasks, with_keys
from ..runtime.outcomes import outcome_executor, outcome_op

daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
BRIDGED = dict(key_prefix="bridged", group_name="bridged", partitions_def=daily, tags={"shop": ""})
bridged_in_airflow = airflow_tasks("bridged", file="bridged.py")


@dg.asset(**BRIDGED)
def totals():
    return {"sum": 6, "most": 3}


@dg.asset(**BRIDGED)
def extract():
    return [1, 2, 3]


@dg.multi_asset(
    outs={
        "result": dg.AssetOut(
            key=["bridged", "count-rows"],
            group_name="bridged",
            tags={"shop": ""},
            is_required=False,
        ),
        "all_xcoms": dg.AssetOut(
            key=["bridged", "count-rows__all_xcoms"],
            group_name="bridged",
            tags={"shop": ""},
            is_required=False,
        ),
        "words": dg.AssetOut(
            key=["bridged", "count-rows__words"],
            group_name="bridged",
            tags={"shop": ""},
            is_required=False,
        ),
    },
    name="bridged__count_rows",
    partitions_def=daily,
    ins={"extract": dg.AssetIn(key=["bridged", "extract"]), "totals": dg.AssetIn(key=["bridged", "totals"])},
)
def count_rows(context: dg.AssetExecutionContext, airflow: AirflowRun, extract, totals):
    """CountOperator, run in Airflow."""
    yield from bridged_in_airflow.outputs(
        context,
        airflow,
        "count-rows",
        {"extract": extract, "totals": with_keys(totals)},
        keys=["all_xcoms", "words"],
    )


@dg.asset(**BRIDGED, deps=[dg.AssetKey(["bridged", "extract"])], output_required=False)
def maybe(context: dg.AssetExecutionContext, airflow: AirflowRun):
    """MaybeOperator, run in Airflow."""
    yield from bridged_in_airflow.outputs(context, airflow, "maybe")


@dg.asset(**BRIDGED, ins={"day": dg.AssetIn(key=["bridged", "maybe"])})
def after_maybe(day):
    return f"there was {day}"


@dg.asset(
    **BRIDGED,
    ins={
        "number": dg.AssetIn(key=["bridged", "count-rows"]),
        "count_rows_words": dg.AssetIn(key=["bridged", "count-rows__words"]),
    },
)
def report(number, count_rows_words):
    words = count_rows_words
    return {"number": number, "words": words}


@dg.asset(
    **BRIDGED,
    deps=[dg.AssetKey(["bridged", "extract"])],
    retry_policy=dg.RetryPolicy(max_retries=2, delay=1),
    output_required=False,
)
def try_again(context: dg.AssetExecutionContext, airflow: AirflowRun):
    """PythonOperator, run in Airflow."""
    yield from bridged_in_airflow.outputs(context, airflow, "try_again")


@dg.asset(
    **BRIDGED,
    ins={
        "extract": dg.AssetIn(key=["bridged", "extract"]),
        "totals": dg.AssetIn(key=["bridged", "totals"]),
        "count_rows_all_xcoms": dg.AssetIn(key=["bridged", "count-rows__all_xcoms"]),
        "report": dg.AssetIn(key=["bridged", "report"]),
    },
    output_required=False,
)
def pick(
    context: dg.AssetExecutionContext, airflow: AirflowRun, extract, totals, count_rows_all_xcoms, report
):
    """PickOperator, run in Airflow."""
    yield from bridged_in_airflow.outputs(
        context,
        airflow,
        "pick",
        {
            "extract": extract,
            "totals": with_keys(totals),
            "count-rows": Upstream(xcoms=count_rows_all_xcoms),
            "report": report,
        },
    )


bridged_flow_in_airflow = airflow_tasks(
    "bridged_flow",
    file="bridged.py",
    ops={"group.south": "group_south", "carry-on": "carry_on"},
)


@outcome_op()
def which_side(context: dg.OpExecutionContext, airflow: AirflowRun):
    """BranchPythonOperator, run in Airflow."""
    return bridged_flow_in_airflow.run(context, airflow, "which_side")


@outcome_op()
def north():
    return "L"


@outcome_op()
def group_south():
    return "R"


@outcome_op(rule="none_failed_min_one_success")
def meet():
    pass


@outcome_op(tolerated=True)
def carry_on(context: dg.OpExecutionContext, airflow: AirflowRun):
    """ShortCircuitOperator, run in Airflow."""
    return bridged_flow_in_airflow.run(context, airflow, "carry-on")


@outcome_op(tolerated=True)
def at_hand():
    return "at_hand"


@outcome_op(rule="all_done")
def far():
    return "far"


@outcome_op(tolerated=True)
def breaks():
    return 1 / 0


@outcome_op(tolerated=True)
def stays_away():
    return "never"


@outcome_op(rule="all_done")
def last(context: dg.OpExecutionContext, airflow: AirflowRun, before):
    """PythonOperator, run in Airflow."""
    return bridged_flow_in_airflow.run(context, airflow, "last", before=before)


BRIDGED_HELPERS = dict(key_prefix="bridged_helpers", group_name="bridged_helpers")


class BridgedHelpersConfig(dg.Config):
    """What a run of bridged_helpers is launched with."""

    region: str = "eu"


bridged_helpers_in_airflow = airflow_tasks("bridged_helpers", file="bridged.py")


@dg.asset(**BRIDGED_HELPERS)
def plain(config: BridgedHelpersConfig):
    return config.region


@dg.asset(
    **BRIDGED_HELPERS,
    ins={"plain": dg.AssetIn(key=["bridged_helpers", "plain"])},
    output_required=False,
)
def greet(context: dg.AssetExecutionContext, airflow: AirflowRun, plain):
    """@task, run in Airflow."""
    yield from bridged_helpers_in_airflow.outputs(context, airflow, "greet", {"plain": plain})


@dg.asset(
    **BRIDGED_HELPERS,
    ins={"greet": dg.AssetIn(key=["bridged_helpers", "greet"])},
    output_required=False,
)
def check(context: dg.AssetExecutionContext, airflow: AirflowRun, greet):
    """@task, run in Airflow."""
    yield from bridged_helpers_in_airflow.outputs(context, airflow, "check", {"greet": greet})


bridged_job = dg.define_asset_job(
    "bridged",
    selection=[count_rows, maybe, try_again, pick, extract, totals, after_maybe, report],
    tags={"shop": ""},
)
bridged_schedule = dg.build_schedule_from_partitioned_job(bridged_job)


@dg.job(partitions_def=daily, executor_def=outcome_executor)
def bridged_flow():
    which_side_done = which_side()
    carry_on_done = carry_on()
    north_done = north(after=which_side_done.outcome)
    south = group_south(after=which_side_done.outcome)
    at_hand_done = at_hand(after=carry_on_done.outcome)
    meet(after=[south.outcome, north_done.outcome])
    far(after=at_hand_done.outcome)
    breaks_done = breaks(after=north_done.outcome)
    stays_away_done = stays_away(after=breaks_done.outcome)
    last(after=stays_away_done.outcome)


bridged_flow_schedule = dg.build_schedule_from_partitioned_job(bridged_flow)
bridged_helpers_job = dg.define_asset_job("bridged_helpers", selection=[plain, greet, check])
defs = dg.Definitions(
    assets=[count_rows, maybe, try_again, pick, extract, totals, after_maybe, report, plain, greet, check],
    jobs=[bridged_job, bridged_flow, bridged_helpers_job],
    schedules=[bridged_schedule, bridged_flow_schedule],
    resources=AIRFLOW,
)
