"""EN001: a Variable read while the file is loaded."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN001",
    title="A Variable read while the file is loaded",
    severity="warning",
    help=(
        "Every parse of the file asks the database, and the value is fixed before the run. Read it in "
        "the task, or use a template."
    ),
    before="PATH = Variable.get('path')",
    after="BashOperator(task_id='a', bash_command='ls {{ var.value.path }}')",
)
