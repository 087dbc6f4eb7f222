"""CF065: a loop was asked for, and has no form."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF065",
    title="A loop was asked for, and has no form",
    severity="warning",
    help=(
        "A loop can call a function for each item, and nothing else: no operator, no group, no "
        "`expand_kwargs`. The task is mapped, with an op that runs for each item."
    ),
    before="dags:\n  orders:\n    tasks:\n      load: {mapping: loop}",
)
