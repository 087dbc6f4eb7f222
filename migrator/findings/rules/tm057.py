"""TM057: datasets that are only known at run time."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM057",
    title="Datasets that are only known at run time",
    severity="info",
    help=(
        "A condition on datasets must be written in the DAG file. The DAG runs unchanged in the "
        "Airflow interpreter."
    ),
    before="schedule=condition_of(config)",
    after='schedule=[Dataset("s3://shop/orders")]',
)
