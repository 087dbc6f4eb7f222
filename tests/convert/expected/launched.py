"""What a run is launched with: params of the DAG and of a task, and `dag_run.conf`, in functions and in templates."""

# Converted from `launched.py`.

from typing import Any, Literal

import dagster as dg
from pydantic import Field

from ..runtime.shell import run_bash

LAUNCHED = dict(key_prefix="launched", group_name="launched")


class LaunchedConfig(dg.PermissiveConfig):
    """What a run of launched is launched with."""

    region: str = "eu"
    limit: int = Field(5, ge=1, le=10, description="How many rows.")
    mode: str = Field("full", pattern="^(full|delta)$")
    names: list[str] = ["a"]
    maybe: str | None = None


class ReportConfig(LaunchedConfig):
    """What report takes of it."""

    note: Any = "none"


class ShellConfig(LaunchedConfig):
    """What shell takes of it."""

    region: str = "task"
    note: Any = None


# what people type into the form
@dg.asset(**LAUNCHED)
def report(config: ReportConfig):
    """Reads some by name, and all that was given."""
    conf = config.model_dump(exclude_unset=True)
    given = sorted(conf)
    return [config.region, config.note, given, config.limit + 1]


@dg.asset(**LAUNCHED, deps=[dg.AssetKey(["launched", "report"])])
def whole(config: LaunchedConfig):
    params = config.model_dump()
    conf = config.model_dump(exclude_unset=True)
    if "more" in conf:
        return [params, conf["more"]]
    return params


def tell(params, text):
    return f"{text}: {params['mode']} {len(params)}"


@dg.asset(**LAUNCHED, deps=[dg.AssetKey(["launched", "whole"])], output_required=False)
def shell(config: ShellConfig):
    yield from run_bash(f"echo {config.region} {config.limit} {config.note} {config.mode}")


LAUNCHED_WITH_CONF = dict(key_prefix="launched_with_conf", group_name="launched_with_conf")


class LaunchedWithConfConfig(dg.PermissiveConfig):
    """What a run of launched_with_conf is launched with."""

    limit: int = Field(5, ge=1, le=10, description="How many rows.")
    mode: Literal["full", "delta"] = "full"
    names: list[str] = ["a"]
    maybe: str | None = None
    region: str = "eu"


class ShownConfig(LaunchedWithConfConfig):
    """What shown takes of it."""

    region: str = "task"
    note: Any
    more: Any


class FirstConfig(LaunchedWithConfConfig):
    """What first takes of it."""


class OneConfig(LaunchedWithConfConfig):
    """What one takes of it."""

    note: Any = None


@dg.asset(**LAUNCHED_WITH_CONF)
def one(config: OneConfig):
    note = config.note
    return [config.region, config.limit, note]


@dg.asset(**LAUNCHED_WITH_CONF, ins={"value": dg.AssetIn(key=["launched_with_conf", "one"])})
def other(config: FirstConfig, value):
    params = config.model_dump()
    return [value, config.limit, sorted(params)]


@dg.asset(
    **LAUNCHED_WITH_CONF,
    deps=[dg.AssetKey(["launched_with_conf", "other"])],
    output_required=False,
)
def shown(config: ShownConfig):
    yield from run_bash(f"echo {config.region} {config.note} {config.more}")


@dg.asset(**LAUNCHED_WITH_CONF, deps=[dg.AssetKey(["launched_with_conf", "shown"])])
def first(config: FirstConfig):
    return tell(text=str(config.limit), params=config.model_dump())


@dg.asset(**LAUNCHED_WITH_CONF, deps=[dg.AssetKey(["launched_with_conf", "shown"])])
def second(config: FirstConfig):
    return tell(text="two", params=config.model_dump())


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
LAUNCHED_DAILY = dict(key_prefix="launched_daily", group_name="launched_daily", partitions_def=daily)


class LaunchedDailyConfig(dg.Config):
    """What a run of launched_daily is launched with."""

    limit: int = 3
    path: Any = None


@dg.asset(**LAUNCHED_DAILY)
def load(context: dg.AssetExecutionContext, config: LaunchedDailyConfig):
    ds = context.partition_key
    path = config.path
    return f"{ds} {config.limit} {path} {'launched_daily'}"


@dg.asset(**LAUNCHED_DAILY, ins={"text": dg.AssetIn(key=["launched_daily", "load"])})
def count(config: LaunchedDailyConfig, text):
    return len(text) + config.limit


launched_job = dg.define_asset_job("launched", selection=[report, whole, shell])
launched_daily_job = dg.define_asset_job(
    "launched_daily",
    selection=[load, count],
    tags={"max_active_runs": "launched_daily"},
)
launched_daily_schedule = dg.build_schedule_from_partitioned_job(launched_daily_job)
launched_with_conf_job = dg.define_asset_job(
    "launched_with_conf", selection=[shown, first, second, one, other]
)
defs = dg.Definitions(
    assets=[report, whole, shell, load, count, shown, first, second, one, other],
    jobs=[launched_job, launched_daily_job, launched_with_conf_job],
    schedules=[launched_daily_schedule],
)
