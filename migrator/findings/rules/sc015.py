"""SC015: arguments that are not known."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC015",
    title="Arguments that are not known",
    severity="warning",
    help="Retries, trigger rules and the like may be among them: scan again with --airflow-python.",
    before="BashOperator(task_id='a', **Variable.get('options', deserialize_json=True))",
    after="BashOperator(task_id='a', retries=2)",
)
