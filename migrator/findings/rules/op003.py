"""OP003: a sensor that waits."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP003",
    title="A sensor that waits",
    severity="info",
    help=(
        "A sensor takes a slot while it waits; in Dagster it becomes a sensor outside of the run, or an "
        "asset that another one depends on."
    ),
    before="FileSensor(task_id='wait', filepath='/in/orders.csv')",
    after="@sensor(job=orders)",
)
