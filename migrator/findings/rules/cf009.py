"""CF009: a link to a DAG that was not scanned."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF009",
    title="A link to a DAG that was not scanned",
    severity="warning",
    help=(
        "The task starts or waits for a DAG that is not in these files: scan the folder that has it too, or mend "
        "the id. The order of the migration does not know of it."
    ),
    before="ExternalTaskSensor(task_id='wait', external_dag_id='gone')",
)
