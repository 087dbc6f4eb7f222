"""SC016: a value that is not a constant."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC016",
    title="A value that is not a constant",
    severity="info",
    help="The report shows Airflow's default. Scan again with --airflow-python to see the real value.",
    before="BashOperator(task_id='a', retries=int(os.environ['RETRIES']))",
    after="BashOperator(task_id='a', retries=2)",
)
