"""DP042: a template without a native form."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP042",
    title="A template without a native form",
    severity="info",
    help=(
        "The template does more than put values of the context into a text. The DAG runs "
        "unchanged in the Airflow interpreter."
    ),
    before='BashOperator(task_id="say", bash_command="{% for n in (1, 2) %}echo {{ n }};{% endfor %}")',
)
