"""DP045: a generator or coroutine as a task."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP045",
    title="A generator or coroutine as a task",
    severity="info",
    help=(
        "What such a function gives back means something else in Dagster. The task runs in "
        "Airflow, as one step of the DAG."
    ),
    before=("@task\ndef rows():\n    yield 1"),
    after=("@task\ndef rows():\n    return [1]"),
)
