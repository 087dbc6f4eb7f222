"""TM058: a schedule that never starts a run."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM058",
    title="A schedule that never starts a run",
    severity="warning",
    help=(
        "Airflow starts no `@once` run without a start date, and neither does the new project. Give "
        "the DAG a start date, or no schedule."
    ),
    before='@dag(schedule="@once")',
    after='@dag(schedule="@once", start_date=datetime(2024, 1, 1))',
)
