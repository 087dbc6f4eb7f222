"""SC002: a file that cannot be read."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC002",
    title="A file that cannot be read",
    severity="warning",
    help=(
        "Mend the permissions or the link, or exclude the path with .airflowignore. Nothing of the file "
        "is in the report."
    ),
    before="dags/orders.py -> /gone/orders.py",
)
