"""DP040: an argument that is not known."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP040",
    title="An argument that is not known",
    severity="info",
    help=(
        "The value is only known when the file is loaded. The task runs in Airflow, as one step of the DAG."
    ),
    before="load(limit=read_limit())",
)
