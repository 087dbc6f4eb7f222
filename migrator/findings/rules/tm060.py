"""TM060: a step waits for itself in the run before."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM060",
    title="A step waits for itself in the run before",
    severity="info",
    help=(
        "`depends_on_past` and `wait_for_downstream`: the step begins by waiting until it has succeeded or "
        "was skipped in the run of the date before, in the Dagster instance; with `wait_for_downstream` what "
        "directly follows it as well. The first run waits for nothing. In Airflow the task waits without a "
        "slot, here its run waits: let a backfill start its runs in order, and leave room for the one that "
        "the others wait for."
    ),
    before='default_args={"depends_on_past": True}',
    after='wait_until(OtherJob(context, "orders", daily, steps=["orders__load"]).ended_before(date), timeout=None)',
)
