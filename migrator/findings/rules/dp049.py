"""DP049: return annotations were removed."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP049",
    title="Return annotations were removed",
    severity="info",
    help=(
        "Dagster checks the types of returned values at run time; Airflow does not. The "
        "annotation of the task's function was left out."
    ),
    before=("@task\ndef count() -> int: ..."),
    after=("@dg.asset\ndef count(): ..."),
)
