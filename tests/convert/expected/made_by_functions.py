"""Tasks that helper functions make."""

# Converted from `made_by_functions.py`.

import dagster as dg

from ..runtime.shell import run_bash

daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
HELPED = dict(key_prefix="helped", group_name="helped", partitions_def=daily)


@dg.asset(**HELPED, retry_policy=dg.RetryPolicy(max_retries=3, delay=300))
def fetch_shop(context: dg.AssetExecutionContext):
    name = "shop"
    url = "https://shop.example"
    print(context.partition_key, url)
    return {"source": name}


@dg.asset(**HELPED)
def fetch_web(context: dg.AssetExecutionContext):
    name = "web"
    url = "https://web.example"
    print(context.partition_key, url)
    return {"source": name}


@dg.asset(**HELPED)
def fetch_mail(context: dg.AssetExecutionContext):
    name = "mail"
    url = "https://mail.example"
    print(context.partition_key, url)
    return {"source": name}


@dg.asset(**HELPED, ins={"found": dg.AssetIn(key=["helped", "fetch_shop"])})
def check_shop(found):
    name = "shop"
    return found == {"source": name}


@dg.asset(**HELPED, ins={"found": dg.AssetIn(key=["helped", "fetch_web"])})
def check_web(found):
    name = "web"
    return found == {"source": name}


@dg.asset(**HELPED, ins={"found": dg.AssetIn(key=["helped", "fetch_mail"])})
def check_mail(found):
    name = "mail"
    return found == {"source": name}


@dg.asset(
    **HELPED,
    deps=[
        dg.AssetKey(["helped", "check_mail"]),
        dg.AssetKey(["helped", "check_shop"]),
        dg.AssetKey(["helped", "check_web"]),
    ],
    output_required=False,
)
def publish():
    yield from run_bash("echo published")


helped_job = dg.define_asset_job(
    "helped",
    selection=[fetch_shop, check_shop, fetch_web, check_web, fetch_mail, check_mail, publish],
)
helped_schedule = dg.build_schedule_from_partitioned_job(helped_job)
defs = dg.Definitions(
    assets=[fetch_shop, check_shop, fetch_web, check_web, fetch_mail, check_mail, publish],
    jobs=[helped_job],
    schedules=[helped_schedule],
)
