"""EN045: an owner or tag in another spelling."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN045",
    title="An owner or tag in another spelling",
    severity="info",
    help="Dagster's owners are e-mail addresses or teams, and its tags have a smaller alphabet.",
    before='default_args={"owner": "data platform"}',
    after='owners=["team:data-platform"]',
)
