"""CF069: a task lies between two tasks of a mapped group."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF069",
    title="A task lies between two tasks of a mapped group",
    severity="info",
    help=(
        "The task waits for all items of the group, and each item waits for it. In Dagster what runs for each item "
        "does so without a stop. Make two groups of it. The DAG runs unchanged in the Airflow interpreter."
    ),
    before="first >> middle >> second  # first and second in a mapped group, middle not",
)
