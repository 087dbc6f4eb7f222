"""CF064: a limit of the instances of one task."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF064",
    title="A limit of the instances of one task is not carried over",
    severity="warning",
    help=(
        "Airflow runs no more than that many instances at once. Give the op a pool, and set its "
        "limit in the instance: `dagster instance concurrency set <pool> <limit>`."
    ),
    before="@task(max_active_tis_per_dag=2)\ndef load(name): ...",
    after='@outcome_op(pool="load")\ndef load(name): ...',
)
