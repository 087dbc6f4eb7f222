"""OP082: deferring does not work in process."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP082",
    title="Deferring does not work in process",
    severity="error",
    help=(
        "Nothing runs the trigger of a task that defers, so its step fails. Import with --mode "
        "interpreter, or set deferrable=False."
    ),
    before='S3KeySensor(task_id="wait", deferrable=True, ...)',
)
