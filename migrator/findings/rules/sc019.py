"""SC019: a pattern that cannot be used."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC019",
    title="A pattern that cannot be used",
    severity="warning",
    help=(
        "Mend the line of .airflowignore; it leaves nothing out. Patterns that look around or refer back while they "
        "repeat are not tried, as they may take forever."
    ),
    before="(a+)+(?=b)",
    after="a+$",
)
