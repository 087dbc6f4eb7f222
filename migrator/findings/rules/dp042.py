"""DP042: a template without a native form."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP042",
    title="A template without a native form",
    severity="info",
    help=(
        "The template reads something that Dagster has no counterpart of, or a name that nobody gives it, or another "
        "file. Airflow still runs it."
    ),
    before='BashOperator(task_id="say", bash_command="echo {{ prev_start_date_success }}")',
)
