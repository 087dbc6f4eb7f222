"""EN060: the plan asks for files where no asset is."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN060",
    title="The plan asks for files of a step that is no asset",
    severity="warning",
    help=(
        "`io` in the plan says which files the values of assets are. Ops hand their values on inside of a run, and a "
        "task that runs in Airflow leaves values that only Airflow can read: both keep the IO manager of the project. "
        "Take the entry out, or have the DAG converted to assets with `level: asset`."
    ),
    before="dags:\n  etl:\n    level: job\n    io: parquet",
    after="dags:\n  etl:\n    level: asset\n    io: parquet",
)
