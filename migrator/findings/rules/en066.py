"""EN066: an SLA is a freshness policy."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN066",
    title="An SLA is a freshness policy",
    severity="info",
    help=(
        "Airflow 2 asks whether a task has succeeded so long after its run was due. The asset has to be made in that "
        "time after each tick of the schedule: a policy with a deadline, whose state Dagster's daemon keeps and its "
        "pages show. It looks at the newest materialization, whichever partition that is, so a backfill makes an asset "
        "fresh. Nobody is told without `alert` in the plan; `freshness` there takes the place of the SLA."
    ),
    before='@dag(schedule="0 6 * * *", ...)\n...\n@task(sla=timedelta(hours=2))',
    after='freshness_policy=dg.FreshnessPolicy.cron(deadline_cron="0 8 * * *", lower_bound_delta=timedelta(hours=2))',
)
