"""OP061: the plan says where a task runs."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP061",
    title="The plan says where a task runs",
    severity="info",
    help=(
        "`bridge: true` has Airflow run the task, as one step of a native DAG, although it may have a native form; "
        "`bridge: false` never does that, so that a task without a native form leaves its whole DAG in Airflow."
    ),
)
