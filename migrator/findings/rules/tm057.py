"""TM057: datasets that are only known at run time."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM057",
    title="Datasets that are only known at run time",
    severity="info",
    help=(
        "An alias stands for datasets that tasks name while they run, a watcher looks outside of "
        "all DAGs, and a condition must be written in the DAG file. The DAG runs unchanged in the "
        "Airflow interpreter."
    ),
    before='schedule=DatasetAlias("orders")',
    after='schedule=[Dataset("s3://shop/orders")]',
)
