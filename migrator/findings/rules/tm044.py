"""TM044: whether a run waits for the run before it is not known."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM044",
    title="Whether a run waits for the run before it is not known",
    severity="info",
    help=(
        "`depends_on_past` or `wait_for_downstream` is not a constant, or is that of a task that Airflow has "
        "to run, which knows no earlier run here. The DAG runs unchanged in the Airflow interpreter."
    ),
    before='default_args={"depends_on_past": os.environ.get("STRICT") == "1"}',
    after='default_args={"depends_on_past": True}',
)
