"""OP043: the call that makes a task was not found."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP043",
    title="The call that makes a task was not found",
    severity="warning",
    help=(
        "The task was seen, but not the text that makes it. The DAG runs unchanged in the Airflow "
        "interpreter."
    ),
)
