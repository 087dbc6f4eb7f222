"""OP052: a file connection."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP052",
    title="A file connection",
    severity="warning",
    help=(
        "A path that is not absolute is below the folder of an Airflow connection. The step reads "
        "that from the environment variable that Airflow reads first, `AIRFLOW_CONN_<ID>`, as JSON or"
        " as a URI: set it where Dagster runs."
    ),
    before='FileSensor(task_id="wait", filepath="orders.csv", fs_conn_id="landing")',
    after='in_folder_of("landing", "orders.csv")  # AIRFLOW_CONN_LANDING=\'{"extra": {"path": "/landing"}}\'',
)
