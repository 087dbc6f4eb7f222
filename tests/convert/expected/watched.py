"""Callbacks, timeouts, priorities and limits, as teams set them for a whole DAG."""

# Converted from `watched.py`.

import json
import os
import time
from functools import partial

import dagster as dg

from ..runtime.callbacks import (
    call_on_failure,
    call_on_success,
    call_on_tolerated_failure,
    when_a_run_fails,
    when_a_run_succeeds,
)
from ..runtime.limits import time_limit
from ..runtime.outcomes import outcome_executor, outcome_op

PLACE = os.environ.get("CASES_DATA_DIR", "/tmp")


def write(name, **what):
    """Where a chat would be told."""
    with open(f"{PLACE}/{name}", "a") as file:
        file.write(json.dumps(what, sort_keys=True) + "\n")


def tell(context, channel="#data"):
    ti = context["task_instance"]
    message = f"{ti.dag_id}.{ti.task_id} failed on {context['ds']}: {context.get('exception')}"
    write("alerts", channel=channel, message=message, run=bool(context["dag_run"].run_id))


def page(context):
    # the helper reads more
    tell(context)


def praise(context):
    write("praise", task=context["task"].task_id, log=ti_url(**context))


def ti_url(ti, **_):
    return ti.log_url.startswith("http")


def ended(context):
    write("runs", dag=context["dag"].dag_id, reason=context["reason"])


WATCHED = dict(key_prefix="watched", group_name="watched")


@dg.asset(
    **WATCHED,
    deps=[dg.AssetKey(["watched", "good"])],
    op_tags={"dagster/priority": "7"},
    hooks={call_on_failure(partial(tell, channel="#late"), "watched", "late")},
)
@time_limit(seconds=0.5)
def late() -> None:
    time.sleep(30)


@dg.asset(
    **WATCHED,
    op_tags={"dagster/priority": "2"},
    hooks={call_on_failure(page, "watched", "swallows")},
)
@time_limit(seconds=0.5)
def swallows():
    try:
        time.sleep(30)
    except Exception:
        return "went on"


def fine():
    return 1


@dg.asset(
    **WATCHED,
    op_tags={"dagster/priority": "11"},
    hooks={call_on_failure(page, "watched", "good"), call_on_success(praise, "watched", "good")},
)
@time_limit(minutes=1)
def good():
    return fine()


@dg.asset(**WATCHED, deps=[dg.AssetKey(["watched", "late"])], op_tags={"dagster/priority": "2"})
def never():
    return fine()


@outcome_op(tolerated=True)
def bursts():
    return 1 / 0


@outcome_op(tolerated=True)
def follows():
    return fine()


@outcome_op(rule="all_done")
def cleans():
    return fine()


watched_job = dg.define_asset_job(
    "watched",
    selection=[good, late, swallows, never],
    tags={"dagster/max_runtime": "5400"},
    executor_def=dg.multiprocess_executor.configured({"max_concurrent": 2}),
)
watched_schedule = dg.ScheduleDefinition(job=watched_job, cron_schedule="@daily", execution_timezone="UTC")
watched_failed = when_a_run_fails(watched_job, ended, "watched")
watched_succeeded = when_a_run_succeeds(watched_job, ended, "watched")


@dg.job(executor_def=outcome_executor.configured({"max_concurrent": 3}))
def watched_ops():
    bursts_done = bursts.with_hooks(
        {
            call_on_tolerated_failure(page, "watched_ops", "bursts"),
            call_on_success(praise, "watched_ops", "bursts"),
        }
    )()
    follows_done = follows.with_hooks({call_on_tolerated_failure(page, "watched_ops", "follows")})(
        after=bursts_done.outcome
    )
    cleans.with_hooks(
        {call_on_failure(page, "watched_ops", "cleans"), call_on_success(praise, "watched_ops", "cleans")}
    )(after=follows_done.outcome)


defs = dg.Definitions(
    assets=[good, late, swallows, never],
    jobs=[watched_job, watched_ops],
    schedules=[watched_schedule],
    sensors=[watched_failed, watched_succeeded],
)
