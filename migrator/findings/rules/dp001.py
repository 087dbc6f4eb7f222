"""DP001: XComs by name inside a function."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP001",
    title="XComs by name inside a function",
    severity="info",
    help=(
        "Values that a function pulls or pushes by name are no edges of the graph. Prefer arguments and "
        "return values."
    ),
    before="def load(ti):\n    rows = ti.xcom_pull(task_ids='extract')",
    after="def load(rows):\n    ...",
)
