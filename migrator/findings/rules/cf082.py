"""CF082: the trigger rule is not applied after a failure."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF082",
    title="The trigger rule is not applied after a failure",
    severity="warning",
    help=(
        "In process, an op starts only when all ops before it succeeded. A clean-up or an alert "
        "does not run after a failure. Import with --mode interpreter, which keeps all rules."
    ),
    before='PythonOperator(task_id="clean", trigger_rule="all_done", ...)',
)
