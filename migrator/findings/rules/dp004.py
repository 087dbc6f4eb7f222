"""DP004: a file beside the DAG whose name is only known at run time."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP004",
    title="A file beside the DAG whose name is only known at run time",
    severity="info",
    help="Look up which files it can be: they have to move along with the code.",
    before="(Path(__file__).parent / f'{table}.sql').read_text()",
    after="(Path(__file__).parent / 'orders.sql').read_text()",
)
