"""EN065: the plan asks for freshness or an alert where Dagster cannot watch."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN065",
    title="The plan asks for freshness or an alert that this DAG cannot have",
    severity="warning",
    help=(
        "`freshness` in the plan is a policy of an asset: ops have none, a task that runs in Airflow leaves nothing in "
        "Dagster that could become old, and models of dbt have theirs in the dbt project. `alert` makes sensors on the "
        "job of a native DAG; one that runs in Airflow has callbacks there. Take the entry out, or have the DAG "
        "converted to assets with `level: asset`."
    ),
    before="dags:\n  etl:\n    level: job\n    tasks:\n      load:\n        freshness: {fail_after: 36h}",
    after="dags:\n  etl:\n    level: asset\n    tasks:\n      load:\n        freshness: {fail_after: 36h}",
)
