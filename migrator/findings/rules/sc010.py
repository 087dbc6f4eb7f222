"""SC010: A DAG id that is not known."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC010",
    title="A DAG id that is not known",
    severity="warning",
    help="The DAG is missing from this report: scan again with --airflow-python.",
    before="with DAG(Variable.get('name')):\n    ...",
    after="with DAG('orders'):\n    ...",
)
