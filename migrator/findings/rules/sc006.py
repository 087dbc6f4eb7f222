"""SC006: a loop over something unknown."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC006",
    title="A loop over something unknown",
    severity="warning",
    help="Which tasks the loop makes is only known where Airflow runs: scan again with --airflow-python.",
    before=(
        "for name in Variable.get('tables').split(','):\n    BashOperator(task_id=name, bash_command='echo')"
    ),
    after="for name in ('orders', 'customers'):\n    BashOperator(task_id=name, bash_command='echo')",
)
