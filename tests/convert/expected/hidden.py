"""Arguments whose names mean something else inside the function that gets them."""

# Converted from `hidden.py`.

from pathlib import Path

import dagster as dg

from ..runtime.shell import run_bash

feed = "orders"
first, second = 1, 2
FOLDER = Path("/tmp")


def extract(feed):
    feed = feed.upper()  # hides the name of the module
    return feed


def swapped(first, second):
    return [first, second]


HIDDEN = dict(key_prefix="hidden", group_name="hidden", tags={"t-g-c1115b68": "", "t-gs-f0a6d6b4": ""})


@dg.asset(**HIDDEN)
def named():
    name = "hidden.named"
    where = "named"
    # what the template says is known before any run
    return f"{name} in {where}"


@dg.asset(**HIDDEN, name="extract")
def taken():
    return extract(feed=feed)


@dg.asset(**HIDDEN, name="swapped", deps=[dg.AssetKey(["hidden", "extract"])])
def swapped_asset():
    return swapped(first=second, second=first)


@dg.asset(**HIDDEN, output_required=False)
def listed():
    yield from run_bash(f"echo {FOLDER / 'landing'}")


# everybody is told
hidden_job = dg.define_asset_job(
    "hidden",
    selection=[taken, swapped_asset, named, listed],
    tags={"t-g-c1115b68": "", "t-gs-f0a6d6b4": ""},
)
hidden_schedule = dg.ScheduleDefinition(job=hidden_job, cron_schedule="0 0 * * *", execution_timezone="UTC")
defs = dg.Definitions(
    assets=[taken, swapped_asset, named, listed],
    jobs=[hidden_job],
    schedules=[hidden_schedule],
)
