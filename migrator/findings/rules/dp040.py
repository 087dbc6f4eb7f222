"""DP040: an argument that is not known."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP040",
    title="An argument that is not known",
    severity="info",
    help=(
        "The value is only known when the file is loaded. The DAG runs unchanged in the Airflow interpreter."
    ),
    before="load(limit=read_limit())",
)
