"""SC065: folders inside each other, too many of them."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC065",
    title="Folders are nested too deeply to be read",
    severity="warning",
    help="What is below was not looked at. Name the folder itself, if there are DAGs in it.",
)
