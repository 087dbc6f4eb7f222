"""DP005: a template file that is not in the scanned folder."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP005",
    title="A template file that is not in the scanned folder",
    severity="warning",
    help=(
        "Airflow reads it from the DAG's folder or from template_searchpath. Scan the folder that holds it, or "
        "bring the file along by hand; what its templates need is not in the inventory."
    ),
    before="BashOperator(task_id='a', bash_command='scripts/run.sh')",
    after="migrate scan dags_with_scripts/",
)
