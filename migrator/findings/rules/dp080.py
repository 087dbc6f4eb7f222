"""DP080: dagster does not see the XComs."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP080",
    title="Dagster does not see the XComs",
    severity="info",
    help=(
        "dagster-airflow passes nothing between ops. With --mode interpreter the values are in "
        "the record of the run; converted tasks have real outputs."
    ),
    before="load(extract())",
)
