"""OP090: a function for another Python, with more than it can be given."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP090",
    title="A function for another Python, with more than it can be given",
    severity="info",
    help=(
        "The function of this task runs in an interpreter or environment of its own. Here its arguments and its "
        "result travel as pickles, and its requirements are a list; what it asks beyond that has no native form, "
        "so Airflow runs the task."
    ),
    before="@task.virtualenv(serializer='dill')",
    after="@task.virtualenv()",
)
