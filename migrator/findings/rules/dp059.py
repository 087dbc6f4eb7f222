"""DP059: a run must be launched with a value."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP059",
    title="A run must be launched with a value",
    severity="warning",
    help=(
        "The template reads a key of `dag_run.conf` that has no default. Airflow starts such a run, "
        "and its task fails; Dagster refuses to launch it."
    ),
    before="{{ dag_run.conf['path'] }}",
    after="class LoadConfig(dg.Config):\n    path: Any",
)
