"""DP002: an XCom of a task that is not upstream."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP002",
    title="An XCom of a task that is not upstream",
    severity="warning",
    help="The value may not be there yet when the task starts. Add the edge.",
    before="load = BashOperator(task_id='load', bash_command='{{ ti.xcom_pull(\"extract\") }}')",
    after="extract >> load",
)
