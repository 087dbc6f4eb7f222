"""TM003: a schedule that is not known."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM003",
    title="A schedule that is not known",
    severity="warning",
    help="Write the schedule as a constant, or scan again with --airflow-python.",
    before="DAG('orders', schedule=Variable.get('cron'))",
    after="DAG('orders', schedule='0 6 * * *')",
)
