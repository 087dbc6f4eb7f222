"""A sensor whose time is up fails without another try; one whose look fails is tried again."""

# Converted from `waits_too_long.py`.

import dagster as dg

from ..runtime.sensors import file_exists, wait_or_skip, wait_until
from ..runtime.shell import run_bash


def raises():
    raise ValueError("cannot look")


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
WAITS_TOO_LONG = dict(
    key_prefix="waits_too_long",
    group_name="waits_too_long",
    partitions_def=daily,
    retry_policy=dg.RetryPolicy(max_retries=2, delay=0.1),
)


@dg.asset(**WAITS_TOO_LONG)
def start() -> None:
    pass


@dg.asset(**WAITS_TOO_LONG, deps=[dg.AssetKey(["waits_too_long", "start"])])
def gone(context: dg.AssetExecutionContext) -> None:
    wait_until(
        lambda: file_exists(f"/no/such/file/of/{context.partition_key}"), poke_interval=0.1, timeout=0.2
    )


@dg.asset(**WAITS_TOO_LONG, deps=[dg.AssetKey(["waits_too_long", "start"])])
def broken() -> None:
    wait_until(raises, poke_interval=0.1, timeout=0.2)


@dg.asset(**WAITS_TOO_LONG, deps=[dg.AssetKey(["waits_too_long", "start"])])
def quiet() -> None:
    wait_until(raises, poke_interval=0.1, timeout=0.2, silent_fail=True)


@dg.asset(**WAITS_TOO_LONG, deps=[dg.AssetKey(["waits_too_long", "start"])], output_required=False)
def forgiven():
    yield from wait_or_skip(raises, poke_interval=0.1, timeout=0.2, never_fail=True)


@dg.asset(**WAITS_TOO_LONG, deps=[dg.AssetKey(["waits_too_long", "gone"])], output_required=False)
def after():
    yield from run_bash("echo never")


waits_too_long_job = dg.define_asset_job(
    "waits_too_long", selection=[start, gone, broken, quiet, forgiven, after]
)
waits_too_long_schedule = dg.build_schedule_from_partitioned_job(waits_too_long_job)
defs = dg.Definitions(
    assets=[start, gone, broken, quiet, forgiven, after],
    jobs=[waits_too_long_job],
    schedules=[waits_too_long_schedule],
)
