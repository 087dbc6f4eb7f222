"""DAGs that a function makes of a table, and that one statement gives to the module."""

# Converted from `put_into_globals.py`.

import dagster as dg

from ..runtime.shell import run_bash

NIGHTLY_PRICES = dict(key_prefix="nightly_prices", group_name="nightly_prices")


def load_asset(part: str) -> dg.AssetsDefinition:
    @dg.asset(**NIGHTLY_PRICES, name=f"load_{part}", output_required=False)
    def _asset():
        yield from run_bash(f"echo {part}")

    return _asset


load_assets = [load_asset(part) for part in ("eur", "usd")]
NIGHTLY_STOCK = dict(key_prefix="nightly_stock", group_name="nightly_stock")


@dg.asset(**NIGHTLY_STOCK, output_required=False)
def load_berlin():
    yield from run_bash("echo berlin")


nightly_prices_job = dg.define_asset_job("nightly_prices", selection=[*load_assets])
nightly_stock_job = dg.define_asset_job("nightly_stock", selection=[load_berlin])
defs = dg.Definitions(assets=[*load_assets, load_berlin], jobs=[nightly_prices_job, nightly_stock_job])
