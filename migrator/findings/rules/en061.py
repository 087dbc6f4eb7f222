"""EN061: the plan asks for checks where no asset is."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN061",
    title="The plan asks for checks of a step that is no asset",
    severity="warning",
    help=(
        "Only assets have checks in Dagster. An op hands its value on inside of a run, a task that runs in Airflow "
        "leaves its value there, and the tests of dbt are in its own project. Take the entry out, or have the DAG "
        "converted to assets with `level: asset`."
    ),
    before="dags:\n  etl:\n    level: job\n    tasks:\n      load:\n        checks: {unique: [order_id]}",
    after="dags:\n  etl:\n    level: asset\n    tasks:\n      load:\n        checks: {unique: [order_id]}",
)
