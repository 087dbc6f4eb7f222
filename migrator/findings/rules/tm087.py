"""TM087: runs at the same time are not limited by the job."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM087",
    title="Runs at the same time are not limited by the job",
    severity="warning",
    help=(
        "Set a limit in the instance: concurrency.runs.tag_concurrency_limits with the key "
        "airflow/dag_id, which every run of the job has as a tag."
    ),
    before='with DAG("orders", max_active_runs=1): ...',
    after="concurrency: {runs: {tag_concurrency_limits: [{key: airflow/dag_id, value: orders, limit: 1}]}}",
)
