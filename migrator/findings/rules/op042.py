"""OP042: a command that Airflow looks up."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP042",
    title="A command that Airflow looks up",
    severity="info",
    help=(
        "The command is a script file that is not in the folder of the DAG, or a template that is put together when "
        "the task runs; Airflow finds and renders it. The task runs in Airflow, as one step of the DAG. A script in "
        "the folder of the DAG comes into the new module."
    ),
    before='BashOperator(task_id="run", bash_command="run.sh")',
    after='BashOperator(task_id="run", bash_command="bash run.sh")',
)
