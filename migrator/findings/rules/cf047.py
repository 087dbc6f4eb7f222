"""CF047: a trigger rule."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF047",
    title="A trigger rule",
    severity="info",
    help=("The DAG became a job of ops: each op tells how it ended, and this one decides by Airflow's rule."),
    before='EmptyOperator(task_id="join", trigger_rule="all_done")',
    after=('@outcome_op(rule="all_done")\ndef join(): ...'),
)
