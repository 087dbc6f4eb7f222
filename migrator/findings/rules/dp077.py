"""DP077: the run id is Dagster's."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP077",
    title="The id of the run is Dagster's",
    severity="info",
    help=(
        "It tells runs apart as before, and is a UUID, where Airflow's begins with the kind of the run and holds its "
        "date (`scheduled__2024-01-03T00:00:00+00:00`). Look at what the step makes of it: a name of a folder or job "
        "is fine, a date that is cut out of it is not there."
    ),
    before='bash_command="mkdir /tmp/{{ run_id }}"',
    after='run_bash(f"mkdir /tmp/{context.run_id}")',
)
