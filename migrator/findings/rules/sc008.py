"""SC008: code that was not read may add tasks."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC008",
    title="Code that was not read may add tasks",
    severity="warning",
    help="Scan a folder that holds the module too, or scan again with --airflow-python.",
    before="from company import add_audit\n\nwith DAG('orders'):\n    add_audit()",
)
