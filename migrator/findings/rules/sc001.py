"""SC001: the file is not valid Python."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC001",
    title="Syntax error",
    severity="error",
    help="Airflow cannot load this file either. Mend it, or exclude it with .airflowignore.",
    before="with DAG('orders'\n    extract = EmptyOperator(task_id='extract')",
)
