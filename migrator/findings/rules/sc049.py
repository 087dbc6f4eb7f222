"""SC049: code that finds files by the place of the DAG file."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC049",
    title="Files are found by the place of the DAG file",
    severity="info",
    help=(
        "`__file__` would be the place of the new module, where those files are not. The task runs in Airflow, as "
        "one step of the DAG; take the folder from a setting, such as an environment variable, to have it converted."
    ),
    before='SQL = Path(__file__).parent / "sql" / "orders.sql"',
    after='SQL = Path(os.environ["SQL_FOLDER"]) / "orders.sql"',
)
