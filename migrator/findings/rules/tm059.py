"""TM059: datasets that a task updates are not known."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM059",
    title="Datasets that a task updates are not known",
    severity="info",
    help=(
        "The jobs that wait for them would not start. Write the `outlets` out; until then the DAG "
        "runs unchanged in the Airflow interpreter."
    ),
    before="outlets=targets()",
    after='outlets=[Dataset("s3://shop/orders")]',
)
