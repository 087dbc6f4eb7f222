"""TM007: a schedule without a start date."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM007",
    title="A schedule without a start date",
    severity="warning",
    help="Airflow never schedules such a DAG. Give it a start date, or schedule=None.",
    before="DAG('orders', schedule='@daily')",
    after="DAG('orders', schedule='@daily', start_date=datetime(2024, 1, 1))",
)
