"""OP041: uses Airflow itself."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP041",
    title="Uses Airflow itself",
    severity="info",
    help=(
        "The code calls a part of Airflow that has no counterpart in Dagster (a hook, an "
        "exception, a helper). The task runs in Airflow, as one step of the DAG; replace the "
        "call by a library or a resource to have it converted."
    ),
    before=('from airflow.hooks.base import BaseHook\n\ndef load():\n    BaseHook.get_connection("shop")'),
    after=("def load(shop: Shop):\n    shop.connect()"),
)
