"""SC052: something else happens where tasks are made."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC052",
    title="Something else happens where tasks are made",
    severity="info",
    help=(
        "A loop or a function that makes tasks also does something that is not part of the DAG: it would "
        "be lost. Move it out of there, or into a task. The DAG runs unchanged in the Airflow "
        "interpreter."
    ),
    before='for table in TABLES:\n    register(table)\n    BashOperator(task_id=f"load_{table}", bash_command="true")',
    after='for table in TABLES:\n    BashOperator(task_id=f"load_{table}", bash_command="true")',
)
