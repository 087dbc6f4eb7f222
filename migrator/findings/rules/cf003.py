"""CF003: a trigger rule other than all_success."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF003",
    title="A trigger rule other than all_success",
    severity="info",
    help="The task also runs when others were skipped or failed. Such DAGs become jobs of ops.",
    before="EmptyOperator(task_id='join', trigger_rule='none_failed_min_one_success')",
)
