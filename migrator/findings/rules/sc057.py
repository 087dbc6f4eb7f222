"""SC057: what the reading of a file logs."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC057",
    title="What the reading of a file logs is left out",
    severity="info",
    help=(
        "A `print` or a call of a logger beside the tasks ran each time Airflow read the file. It is not "
        "in the new module."
    ),
    before='for table in TABLES:\n    print(table)\n    BashOperator(task_id=table, bash_command="true")',
)
