"""CF052: the latest run of a schedule that is not known."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF052",
    title="The latest run of a schedule that is not known",
    severity="info",
    help=(
        "Whether a run is the latest depends on when the next one is due, and this schedule has no form that "
        "tells. The DAG runs unchanged in the Airflow interpreter."
    ),
    before='LatestOnlyOperator(task_id="latest")  # and several cron expressions as the schedule',
)
