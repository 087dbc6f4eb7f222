"""DP006: a template that Jinja cannot parse."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP006",
    title="A template that Jinja cannot parse",
    severity="warning",
    help="The task fails in Airflow too when the text is rendered. What it needs is not in the inventory.",
    before="BashOperator(task_id='a', bash_command='echo {{ ds }')",
    after="BashOperator(task_id='a', bash_command='echo {{ ds }}')",
)
