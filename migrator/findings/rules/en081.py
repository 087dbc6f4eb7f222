"""EN081: connections and Variables come from the environment."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN081",
    title="Connections and Variables come from the environment",
    severity="warning",
    help=(
        "The deployment's metadata database is never opened. Set AIRFLOW_CONN_<ID> and "
        "AIRFLOW_VAR_<NAME> where the steps run, or configure a secrets backend, which is used as "
        "before."
    ),
    before='PostgresHook("warehouse")',
    after="export AIRFLOW_CONN_WAREHOUSE=...",
)
