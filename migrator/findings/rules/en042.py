"""EN042: callbacks, SLAs and e-mails are not carried over."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN042",
    title="Callbacks, SLAs and e-mails are not carried over",
    severity="warning",
    help=(
        "A callback that uses Airflow, or reads what Dagster does not have, is not called; nor are those for retries "
        "and starts. E-mails and SLAs have no counterpart either: `alert` in the plan tells people of runs that "
        "failed, and `freshness` of assets that were not made in time."
    ),
    before="on_retry_callback=page_me",
    after="@dg.run_failure_sensor",
)
