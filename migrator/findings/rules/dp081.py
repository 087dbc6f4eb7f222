"""DP081: outlets start nothing."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP081",
    title="Outlets start nothing",
    severity="warning",
    help=(
        "Dagster is not told that the dataset was updated. Convert the DAG, so that the dataset "
        "is an asset, or report the asset's materialization from a run status sensor."
    ),
    before='BashOperator(task_id="load", outlets=[Dataset("s3://orders")], ...)',
    after='"load": Task()',
)
