"""OP069: an operator class that sets what all operators have."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP069",
    title="An operator class that sets what all operators have",
    severity="info",
    help=(
        "Its `__init__` gives Airflow's base an argument that changes how the task runs, and that the step "
        "would not have. Give it where the task is made. Until then the task runs in Airflow, as one step "
        "of the DAG."
    ),
    before="super().__init__(execution_timeout=timedelta(hours=1), **kwargs)",
)
