"""SC039: edges that depend on an order which is not fixed."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC039",
    title="Edges that depend on the order of a set or a folder",
    severity="warning",
    help="Loop over sorted(...): Python gives the items of a set, and a folder its files, in any order.",
    before="for name in {'a', 'b'}:\n    task = EmptyOperator(task_id=name)\n    previous >> task\n    previous = task",
)
