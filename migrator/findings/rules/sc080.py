"""SC080: the job may lack tasks."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC080",
    title="The job may lack tasks",
    severity="error",
    help=(
        "The text alone did not tell all tasks of the DAG, and the job has only those that are "
        "known. Import with --airflow-python, which asks Airflow."
    ),
    before="for name in read_names(): BashOperator(task_id=name, ...)",
)
