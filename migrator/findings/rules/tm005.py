"""TM005: catchup is not said."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM005",
    title="Catchup is not said",
    severity="info",
    help="Airflow 2 makes up for missed runs, Airflow 3 does not. Write down which one is meant.",
    before="DAG('orders', schedule='@daily', start_date=datetime(2024, 1, 1))",
    after="DAG('orders', schedule='@daily', start_date=datetime(2024, 1, 1), catchup=False)",
)
