"""SC021: loading the file in the user's Airflow took too long."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC021",
    title="Loading this file does not end",
    severity="error",
    help=(
        "Something at the top level of the file waits or loops. Airflow's own DAG processor would give "
        "up as well: move the work into a task, or give it longer with --timeout. What could be read from the "
        "text is kept."
    ),
    before="while not ready():\n    time.sleep(1)",
)
