"""TM088: a run does not see the one before it."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM088",
    title="A run does not see the one before it",
    severity="warning",
    help=(
        "Each run has a database of its own, so depends_on_past finds no earlier run and lets the "
        "task start. Limit the job to one run at a time and backfill in order, or convert the "
        "DAG, which makes a dependency on the partition before."
    ),
    before='BashOperator(task_id="load", depends_on_past=True, ...)',
    after='"load": Task()',
)
