"""OP091: an environment that sees Dagster's packages."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP091",
    title="An environment that sees Dagster's packages",
    severity="warning",
    help=(
        "The virtual environment is made from the Python that runs Dagster, and it sees the packages that are "
        "installed there; in Airflow it saw those of Airflow's. Name what the function needs in its requirements."
    ),
    before="@task.virtualenv(requirements=['pandas'])",
    after="in_virtualenv(count, ['pandas'])",
)
