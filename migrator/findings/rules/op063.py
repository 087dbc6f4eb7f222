"""OP063: a DAG of which no task would be native."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP063",
    title="No task of the DAG would be native",
    severity="info",
    help=(
        "Each task would run in Airflow anyway, so the DAG runs there as a whole. `level: asset` or `level: job` in "
        "the plan makes each task a step of a native graph all the same."
    ),
)
