"""OP040: an argument that no rule read."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP040",
    title="An argument that no rule read",
    severity="warning",
    help=(
        "The step was converted without this argument. Check whether it changes what the task "
        "does; if so, set `level: lift` for the DAG in the plan."
    ),
    before='BashOperator(task_id="say", bash_command="echo hi", output_encoding="latin-1")',
    after='run_bash("echo hi")',
)
