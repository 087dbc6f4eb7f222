"""SC061: a call that is made when the file is read is left out."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC061",
    title="A call that is made when the file is read is left out",
    severity="warning",
    help=(
        "The call stands where tasks are made. What it gives is in the new project as far as the tasks need it; "
        "the call itself is not made any more. If it does something else (it tells a service, writes a file or a "
        "row, registers the DAG, changes a task), do that in a step, or where the project is deployed."
    ),
    before=(
        "for table in TABLES:\n    key = catalog.register(table)\n"
        '    BashOperator(task_id=table, bash_command="true")'
    ),
)
