"""CF004: a branch."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF004",
    title="A branch",
    severity="info",
    help="Which tasks run is decided at run time. Such DAGs become jobs with optional outputs.",
    before="BranchPythonOperator(task_id='choose', python_callable=choose)",
    after="@op(out={'left': Out(is_required=False), 'right': Out(is_required=False)})",
)
