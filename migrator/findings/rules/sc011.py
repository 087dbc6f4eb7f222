"""SC011: an edge with an unknown end."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC011",
    title="An edge with an unknown end",
    severity="warning",
    help="The upstream tasks of this DAG may be incomplete: scan again with --airflow-python.",
    before="extract >> make_tasks_somehow()",
)
