"""SC033: no DAG found in a file that looks like one."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC033",
    title="No DAG found in a file that looks like one",
    severity="info",
    help="Airflow parses this file too. If it is only a helper, exclude it with .airflowignore.",
    before="from airflow.models import Variable  # and the word dag in a comment",
)
