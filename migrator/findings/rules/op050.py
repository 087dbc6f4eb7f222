"""OP050: a sensor waits in its step."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP050",
    title="A sensor waits in its step",
    severity="info",
    help=(
        "The step looks again and again, in a process of its own, and its run waits with it; `mode`, "
        "deferral and slots have no meaning here. Where the wait is what starts the DAG, write a "
        "Dagster sensor that requests a run of the rest instead."
    ),
    before='FileSensor(task_id="wait", filepath="/landing/orders.csv")',
    after='wait_until(lambda: file_exists("/landing/orders.csv"))',
)
