"""TM063: nothing watches for what updates an asset from outside."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM063",
    title="Nothing watches for what updates an asset from outside",
    severity="warning",
    help=(
        "In Airflow a trigger runs all the time and updates the asset when something happens outside. The job "
        "waits for the same asset, and nothing updates it: write a sensor that looks for what the trigger looked "
        "for, and have it report a materialization of the asset whose key is the address."
    ),
    before='Asset("uploads", watchers=[AssetWatcher(name="new", trigger=FileDeleteTrigger("/in/new"))])',
    after='@dg.sensor()\ndef new(context):\n    yield dg.AssetMaterialization(asset_key=["uploads"])',
)
