"""SC003: not UTF-8."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC003",
    title="Not UTF-8",
    severity="error",
    help="Save the file as UTF-8, or declare its encoding in the first line.",
    before="# saved as Latin-1, says nothing\nTITLE = 'Größe'",
    after="# -*- coding: latin-1 -*-\nTITLE = 'Größe'",
)
