"""DP081: outlets start nothing."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP081",
    title="Outlets start nothing",
    severity="warning",
    help=(
        "Dagster is not told that the dataset was updated, as it is not known which one it is, or as the "
        "DAG runs in Dagster's own process. Report the asset's materialization from a run status sensor."
    ),
    before='BashOperator(task_id="load", outlets=[Dataset("s3://orders")], ...)',
    after='"load": Task()',
)
