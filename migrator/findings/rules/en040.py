"""EN040: Variables or connections of Airflow are read."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN040",
    title="Variables or connections of Airflow are read",
    severity="info",
    help=(
        "The value is read from the environment variable that Airflow itself reads first, "
        "`AIRFLOW_VAR_<NAME>` or `AIRFLOW_CONN_<NAME>`. Set it where the Dagster code runs."
    ),
    before='Variable.get("limit", default_var=5)',
    after='os.environ.get("AIRFLOW_VAR_LIMIT", 5)',
)
