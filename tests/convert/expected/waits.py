"""Sensors of each kind: what is there, what comes in time, and what does not."""

# Converted from `waits.py`.

import os
from datetime import time, timedelta
from functools import partial
from pathlib import Path

import dagster as dg

from ..runtime.clock import is_past, local_now
from ..runtime.outcomes import outcome_executor, outcome_op
from ..runtime.sensors import PokeReturnValue, file_exists, in_folder_of, succeeds, wait_or_skip, wait_until
from ..runtime.shell import run_bash

DATA = Path(os.environ.get("CASES_DATA_DIR", "."))
target = DATA / "landed.txt"  # a name that the new code must not take
SOON = timedelta(seconds=0.2)


def found_on(day, suffix, ds=None):
    looks = DATA / f"looks_{day}_{suffix}.txt"
    with looks.open("a") as file:
        file.write(ds + "\n")
    return len(looks.read_text().splitlines()) > 2


def never():
    return False


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")


@outcome_op()
def land():
    yield from run_bash(f"mkdir -p {DATA} && echo x > {target}")


# The file is there by now.
@outcome_op()
def landed():
    path = in_folder_of("fs_default", f"{target}")
    wait_until(lambda: file_exists(path), poke_interval=0.1, timeout=5)


@dg.op(ins={"after": dg.In(dg.Nothing)})
def pattern():
    path = in_folder_of("fs_default", f"{DATA}/land*.txt")
    wait_until(lambda: file_exists(path), poke_interval=SOON)


@outcome_op()
def counted(context: dg.OpExecutionContext):
    return wait_until(
        partial(found_on, day=context.partition_key, suffix="a", ds=context.partition_key),
        poke_interval=0.1,
        timeout=timedelta(minutes=1),
    )


@dg.op(ins={"after": dg.In(dg.Nothing)})
def by_lambda():
    return wait_until(lambda: target.exists(), poke_interval=SOON)


@outcome_op()
def missed():
    yield from wait_or_skip(never, poke_interval=0.1, timeout=0.3)


@outcome_op()
def backoff():
    yield from wait_or_skip(never, poke_interval=0.1, timeout=0.3, max_wait=0.1, exponential_backoff=True)


@dg.op
def succeeds_at_once(context: dg.OpExecutionContext):
    wait_until(lambda: succeeds(f"test {context.partition_key.replace('-', '')} -gt 0"))


@outcome_op()
def failing():
    yield from wait_or_skip(lambda: succeeds("exit 7", retry_exit_code=1), poke_interval=0.1)


@outcome_op()
def after_the_day(context: dg.OpExecutionContext):
    target = context.partition_time_window.end + timedelta(hours=1)
    wait_until(lambda: is_past(target), poke_interval=0.1)


@outcome_op()
def past_already(context: dg.OpExecutionContext):
    target = context.partition_time_window.end + timedelta(hours=1)
    if is_past(target):
        return True
    wait_until(lambda: is_past(target), timeout=None)


@dg.op
def at_midnight():
    target = time(0, 0)
    wait_until(lambda: local_now("UTC").time() > target, poke_interval=0.1)


@dg.op
def at_six(context: dg.OpExecutionContext):
    target = f"{context.partition_key}T06:00:00"
    wait_until(lambda: is_past(target), poke_interval=0.1)


@outcome_op()
def on_wednesday(context: dg.OpExecutionContext):
    # Wednesday, Sunday
    yield from wait_or_skip(
        lambda: context.partition_time_window.start.isoweekday() in (3, 7), poke_interval=0.1, timeout=0.2
    )


def with_value(path, ds=None):
    return PokeReturnValue(is_done=Path(path).exists(), xcom_value={"ds": ds, "size": 2})


@dg.op
def read(value):
    return [value["ds"], value["size"] + 1]


@dg.op(ins={"after": dg.In(dg.Nothing)})
def with_value_op(context: dg.OpExecutionContext):
    return wait_until(
        partial(with_value, path=str(target), ds=context.partition_key), poke_interval=0.1, timeout=10
    )


@dg.op(ins={"after": dg.In(dg.Nothing)})
def below():
    path = in_folder_of("fs_default", "**/landed.txt")
    wait_until(lambda: file_exists(path, recursive=True), poke_interval=0.1)


@outcome_op(rule="none_failed", name="waits__done")
def done(context: dg.OpExecutionContext):
    yield from run_bash(f"echo {context.partition_key}")


@dg.op(ins={"after": dg.In(dg.Nothing)}, out=dg.Out(is_required=False))
def skipped():
    yield from run_bash("echo never")


@dg.job(partitions_def=daily, executor_def=outcome_executor)
def waits():
    land_done = land()
    missed_done = missed()
    backoff_done = backoff()
    succeeds_at_once()
    failing_done = failing()
    after_the_day_done = after_the_day()
    past_already_done = past_already()
    at_midnight()
    at_six()
    on_wednesday_done = on_wednesday()
    landed_done = landed(after=land_done.outcome)
    pattern(after=land_done.result)
    counted_done = counted(after=land_done.outcome)
    by_lambda(after=land_done.result)
    value = with_value_op(after=land_done.result)
    below(after=land_done.result)
    skipped(after=missed_done.result)
    done(
        after=[
            after_the_day_done.outcome,
            backoff_done.outcome,
            counted_done.outcome,
            failing_done.outcome,
            landed_done.outcome,
            missed_done.outcome,
            on_wednesday_done.outcome,
            past_already_done.outcome,
        ]
    )
    read(value=value)


waits_schedule = dg.build_schedule_from_partitioned_job(waits)
defs = dg.Definitions(jobs=[waits], schedules=[waits_schedule])
