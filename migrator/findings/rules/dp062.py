"""DP062: the context is shown as a whole."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP062",
    title="What is printed of the context is what Dagster has",
    severity="info",
    help=(
        "The function prints or logs its whole context. In Dagster the line shows the names and dates of the run; "
        "Airflow's own objects are not there."
    ),
    before="def show(**context):\n    print(context)",
    after="def show(context):\n    print({'dag': 'orders', 'task': 'show', 'ds': context.partition_key, ...})",
)
