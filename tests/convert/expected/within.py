"""Functions whose step does something with what they give, and that ask Airflow for something themselves."""

# Converted from `within.py`.

import os
from functools import partial

import dagster as dg
import pendulum

from ..runtime.generators import exhausted
from ..runtime.outcomes import Skip, outcome_executor, outcome_op
from ..runtime.sensors import wait_until
from ..runtime.shell import checked, run_bash
from ..runtime.templates import render

daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")


class WithinConfig(dg.Config):
    """What a run of within is launched with."""

    word: str = "hey"


@outcome_op()
def extract():
    return {"rows": 3}


@outcome_op()
def weekend(context: dg.OpExecutionContext, config: WithinConfig, extract):
    def weekend(day):
        # Nothing to do on other days.
        if day not in ("saturday", "sunday"):
            raise Skip("no weekend")
        day = day.upper()
        rows = extract["rows"]
        if rows > 5:
            return f"echo many on {context.partition_key}"
        return f"echo {day} {rows} {context.run_id is not None} $WORD"

    yield from run_bash(
        checked(
            weekend(
                day=render(
                    "{{ logical_date.strftime('%A') | lower }}",
                    logical_date=context.partition_time_window.start,
                )
            )
        ),
        env={**os.environ, "WORD": config.word},
    )


@dg.op
def is_there(context: dg.OpExecutionContext, extract):
    def is_there(data_interval_start):
        return extract["rows"] == 3 and data_interval_start.add(days=1).day > 0

    wait_until(
        partial(is_there, data_interval_start=pendulum.instance(context.partition_time_window.start)),
        poke_interval=1,
        timeout=60,
    )


@dg.op
def walk():
    def walk(steps):
        for step in range(steps):
            yield str(step)
        return f"{'walk'} {steps}"

    return exhausted(walk(steps=2))


def shared(n):
    yield n
    return n


@dg.op(out=dg.Out(is_required=False))
def stamp(context: dg.OpExecutionContext, extract):
    """The day alone."""
    yield from run_bash(f"echo {context.partition_key} {extract['rows']}")


@dg.op(ins={"after": dg.In(dg.Nothing)}, name="within__again")
def again():
    return exhausted(shared(n=2))


@dg.op(ins={"after": dg.In(dg.Nothing)})
def shared_op():
    return exhausted(shared(n=1))


@dg.job(partitions_def=daily, executor_def=outcome_executor)
def within():
    rows = extract()
    walk_done = walk()
    stamp(extract=rows.result)
    is_there(extract=rows.result)
    weekend(extract=rows.outcome)
    shared_op(after=walk_done)
    again(after=walk_done)


within_schedule = dg.build_schedule_from_partitioned_job(within)
defs = dg.Definitions(jobs=[within], schedules=[within_schedule])
