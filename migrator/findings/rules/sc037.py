"""SC037: a file that is read by a path of the machine."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC037",
    title="A file that is read by a path of the machine",
    severity="info",
    help=(
        "This path only exists where Airflow runs. The file at the same place of the scanned folder is taken "
        "for it: check that they are the same."
    ),
    before='open("/opt/airflow/dags/config/tables.yaml")',
)
