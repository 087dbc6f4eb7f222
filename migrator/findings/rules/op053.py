"""OP053: a command that reads what Airflow sets."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP053",
    title="A command that reads what Airflow sets",
    severity="info",
    help=(
        "Airflow sets variables named AIRFLOW_CTX_... for the commands that it runs; nothing sets "
        "them in Dagster. The task runs in Airflow, as one step of the DAG; give the command what it"
        " needs by `env` to have it converted."
    ),
    before='BashOperator(task_id="say", bash_command="echo $AIRFLOW_CTX_TASK_ID")',
    after='BashOperator(task_id="say", bash_command="echo say")',
)
