"""SC013: two DAGs of the same id."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC013",
    title="Two DAGs of the same id",
    severity="error",
    help="Airflow keeps one of them, and which one may change. Rename one.",
    before="with DAG('orders'):\n    ...\nwith DAG('orders'):\n    ...",
)
