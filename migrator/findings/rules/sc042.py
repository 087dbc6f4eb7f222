"""SC042: tasks are made inside a block."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC042",
    title="Tasks are made inside a block",
    severity="info",
    help=(
        "Tasks under `if`, `for`, `try` and the like are not told apart yet. The DAG runs "
        "unchanged in the Airflow interpreter."
    ),
    before=("try:\n    load = load_orders()\nexcept ValueError:\n    load = load_backup()"),
    after="load = load_orders()",
)
