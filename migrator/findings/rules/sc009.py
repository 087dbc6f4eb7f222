"""SC009: a task id that is not known."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC009",
    title="A task id that is not known",
    severity="warning",
    help="Give the id as text that can be worked out, or scan again with --airflow-python.",
    before="BashOperator(task_id=f'load_{random()}', bash_command='echo')",
    after="BashOperator(task_id='load_orders', bash_command='echo')",
)
