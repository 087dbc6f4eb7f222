"""SC005: nested too deeply."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC005",
    title="Nested too deeply",
    severity="error",
    help="Split the expression; Python's own parser may refuse it as well.",
    before="x = ((((((...))))))",
)
