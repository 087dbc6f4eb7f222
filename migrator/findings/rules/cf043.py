"""CF043: a DAG that stops at the first failure."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF043",
    title="A DAG that stops at the first failure",
    severity="info",
    help="`fail_fast` has no native form yet. The DAG runs unchanged in the Airflow interpreter.",
    before='DAG("orders", fail_stop=True)',
)
