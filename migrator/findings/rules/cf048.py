"""CF048: a task that skips itself."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF048",
    title="A task that skips itself",
    severity="info",
    help="The DAG became a job of ops: what follows the skipped task is skipped, as in Airflow.",
    before="raise AirflowSkipException",
    after="raise Skip",
)
