"""CF051: only the latest run goes on."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF051",
    title="Only the latest run goes on",
    severity="info",
    help=(
        "A run of a schedule or a backfill goes on as long as no later run is due, and one that somebody "
        "launched by hand always: as in Airflow."
    ),
    before='LatestOnlyOperator(task_id="latest")',
    after='return ["load"] if is_latest(context) else []',
)
