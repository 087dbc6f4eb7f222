"""EN005: a callback."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN005",
    title="A callback",
    severity="info",
    help="Callbacks become hooks or run status sensors; what they do is the users' own code and is kept.",
    before="DAG('orders', on_failure_callback=page)",
    after="@run_failure_sensor",
)
