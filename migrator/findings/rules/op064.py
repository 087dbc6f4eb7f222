"""OP064: a bridged task of a run without a date."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP064",
    title="A task in Airflow, in a run without a date",
    severity="info",
    help=(
        "The run is started by datasets, or when the last one has ended, so that it is about no interval. A task of it "
        "that runs in Airflow sees the moment at which the run was launched wherever it reads a date."
    ),
)
