"""OP106: an argument of SparkSubmitOperator without a native form."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP106",
    title="An argument of SparkSubmitOperator without a native form",
    severity="info",
    help=(
        "The step waits for spark-submit and takes its exit code. Drivers that Airflow follows by another API, "
        "Kerberos tickets, commands after the end and OpenLineage's properties are left to Airflow: the task runs "
        "there, as one step of the DAG. Let spark-submit itself wait for the driver to have it converted."
    ),
    before='SparkSubmitOperator(task_id="count", application="/jobs/count.py", yarn_track_via_rm_api=True)',
    after='SparkSubmitOperator(task_id="count", application="/jobs/count.py")',
)
