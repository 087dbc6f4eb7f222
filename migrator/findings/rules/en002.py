"""EN002: a connection read while the file is loaded."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN002",
    title="A connection read while the file is loaded",
    severity="warning",
    help="Read it in the task; in Dagster it becomes a resource.",
    before="conn = BaseHook.get_connection('db')",
    after="@asset\ndef orders(database: Database): ...",
)
