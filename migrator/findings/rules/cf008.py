"""CF008: DAGs that depend on each other in a circle."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF008",
    title="DAGs depend on each other in a circle",
    severity="warning",
    help=(
        "None of them can move before the others, so the plan of waves moves them together. Look whether one of "
        "the links is needed: a trigger back to the start is often a schedule in disguise."
    ),
    before="# in orders.py\nTriggerDagRunOperator(task_id='next', trigger_dag_id='reports')\n"
    "# in reports.py\nTriggerDagRunOperator(task_id='again', trigger_dag_id='orders')",
)
