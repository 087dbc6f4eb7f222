"""EN042: callbacks, SLAs and e-mails are not carried over."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN042",
    title="Callbacks, SLAs and e-mails are not carried over",
    severity="warning",
    help=("Nothing calls them in Dagster. Use a failure hook, a run-status sensor or a freshness policy."),
    before="on_failure_callback=page_me",
    after="@dg.run_failure_sensor",
)
