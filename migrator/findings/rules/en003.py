"""EN003: an environment variable read while the file is loaded."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN003",
    title="An environment variable read while the file is loaded",
    severity="info",
    help="Set the same variable for Dagster; in resources use EnvVar.",
    before="STAGE = os.environ['STAGE']",
    after="stage = EnvVar('STAGE')",
)
