"""OP001: an operator of the users' own."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP001",
    title="An operator of the users' own",
    severity="info",
    help=(
        "Its class is part of the scanned folder. Its code can be kept, but needs Airflow's base class "
        "where it runs."
    ),
    before="class LoadOperator(BaseOperator): ...",
    after="@asset\ndef load(): ...",
)
