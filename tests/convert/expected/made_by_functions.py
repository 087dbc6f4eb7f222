"""Tasks that helper functions make."""

# Converted from `made_by_functions.py`.

import dagster as dg

from ..runtime.shell import run_bash

SOURCES = [
    {"name": "shop", "url": "https://shop.example", "critical": True},
    {"name": "web", "url": "https://web.example", "critical": False},
    {"name": "mail", "url": "https://mail.example", "critical": False},
]
daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
HELPED = dict(key_prefix="helped", group_name="helped", partitions_def=daily)


def make_fetch(name: str, url: str, retry_policy) -> dg.AssetsDefinition:
    """A task that fetches one source."""

    @dg.asset(**HELPED, name=f"fetch_{name}", retry_policy=retry_policy)
    def _asset(context: dg.AssetExecutionContext):
        print(context.partition_key, url)
        return {"source": name}

    return _asset


fetches = [
    make_fetch(
        name="shop", url="https://shop.example", retry_policy=dg.RetryPolicy(max_retries=3, delay=300)
    ),
    make_fetch(name="web", url="https://web.example", retry_policy=None),
    make_fetch(name="mail", url="https://mail.example", retry_policy=None),
]


def make_check(name: str) -> dg.AssetsDefinition:
    @dg.asset(**HELPED, name=f"check_{name}", ins={"found": dg.AssetIn(key=["helped", f"fetch_{name}"])})
    def _asset(found):
        return found == {"source": name}

    return _asset


checks = [make_check(source["name"]) for source in SOURCES]


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


helped_job = dg.define_asset_job("helped", selection=[*fetches, *checks, publish])
helped_schedule = dg.build_schedule_from_partitioned_job(helped_job)
defs = dg.Definitions(assets=[*fetches, *checks, publish], jobs=[helped_job], schedules=[helped_schedule])
