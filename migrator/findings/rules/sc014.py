"""SC014: two tasks of the same id."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC014",
    title="Two tasks of the same id",
    severity="error",
    help="Airflow refuses to load the file. Rename one of the tasks.",
    before="a = EmptyOperator(task_id='a')\nb = EmptyOperator(task_id='a')",
    after="a = EmptyOperator(task_id='a')\nb = EmptyOperator(task_id='b')",
)
