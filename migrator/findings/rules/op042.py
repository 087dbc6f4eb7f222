"""OP042: a command that Airflow looks up."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP042",
    title="A command that Airflow looks up",
    severity="info",
    help=(
        "The command is a script file, which Airflow finds on its template path and renders. The "
        "task runs in Airflow, as one step of the DAG."
    ),
    before='BashOperator(task_id="run", bash_command="run.sh")',
    after='BashOperator(task_id="run", bash_command="bash run.sh")',
)
