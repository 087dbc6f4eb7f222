"""CF049: contracted."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF049",
    title="Contracted",
    severity="info",
    help=(
        "The task had no work of its own and only collected edges: what came before it now comes "
        "right before what follows it."
    ),
    before='start = EmptyOperator(task_id="start")',
)
