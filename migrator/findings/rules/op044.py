"""OP044: no rule for this operator."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP044",
    title="No rule for this operator",
    severity="info",
    help="The task runs in Airflow, as one step of the DAG. A rule is one file: see CONTRIBUTING.",
    before='S3KeySensor(task_id="wait", bucket_key="orders.csv")',
)
