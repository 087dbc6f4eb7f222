"""SC031: DAGs in a zip file."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC031",
    title="DAGs in a zip file",
    severity="warning",
    help="Unpack it and scan the folder.",
    before="dags/orders.zip",
)
