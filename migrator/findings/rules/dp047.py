"""DP047: an XCom of a task that may not have run."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP047",
    title="An XCom of a task that may not have run",
    severity="info",
    help=(
        "The task reads a value whose task is not certain to come before it, or a key that is not "
        "seen to be pushed. The task runs in Airflow, as one step of the DAG."
    ),
    before='ti.xcom_pull(task_ids="elsewhere")',
)
