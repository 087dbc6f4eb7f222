"""EN083: callbacks of the DAG are not called in process."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN083",
    title="Callbacks of the DAG are not called in process",
    severity="warning",
    help=("Use a run failure sensor, or import with --mode interpreter, where Airflow calls them."),
    before='with DAG("orders", on_failure_callback=page): ...',
    after="@dg.run_failure_sensor",
)
