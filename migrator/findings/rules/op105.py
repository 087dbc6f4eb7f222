"""OP105: spark-submit is started by the step."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP105",
    title="spark-submit is started by the step",
    severity="info",
    help=(
        "The step runs spark-submit with the command line of Airflow's hook and waits for its end. Spark's client has "
        "to be installed where Dagster's steps run, and the connection be there as AIRFLOW_CONN_<ID>: its host is the "
        "master, its extra has deploy-mode and queue. With dagster-pipes beside it the script can report what it wrote."
    ),
    before='SparkSubmitOperator(task_id="count", application="/jobs/count.py", application_args=["{{ ds }}"])',
    after='spark_submit(context, "/jobs/count.py", application_args=[context.partition_key])',
)
