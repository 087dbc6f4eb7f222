"""SC044: the set of tasks is not known."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC044",
    title="The set of tasks is not known",
    severity="warning",
    help=(
        "A loop or condition depends on something that is only known when the file is loaded. "
        "Give `--airflow-python` to see the tasks; the DAG runs unchanged in the Airflow "
        "interpreter."
    ),
    before=('for table in Variable.get("tables").split(","):\n    copy(table)'),
    after=('for table in ("orders", "customers"):\n    copy(table)'),
)
