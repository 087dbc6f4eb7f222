"""OP080: waiting holds a process."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP080",
    title="Waiting holds a process",
    severity="info",
    help=(
        "There is no triggerer and no rescheduling: the step's process waits. Convert the DAG, "
        "which makes a sensor of the wait, or give Dagster enough processes."
    ),
    before='FileSensor(task_id="wait", mode="reschedule", ...)',
    after='"wait": Task()',
)
