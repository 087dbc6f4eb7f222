"""TM004: no schedule given."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM004",
    title="No schedule given",
    severity="info",
    help=("Airflow 2 then runs the DAG every day, Airflow 3 only on request. Write down which one is meant."),
    before="DAG('orders', start_date=datetime(2024, 1, 1))",
    after="DAG('orders', schedule='@daily', start_date=datetime(2024, 1, 1))",
)
