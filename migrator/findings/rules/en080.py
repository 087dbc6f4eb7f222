"""EN080: a name was taken."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN080",
    title="A name was taken",
    severity="info",
    help=(
        "Airflow's ids may differ in a dot or a hyphen only; Dagster's names have neither. The "
        "later id gets a number, and migration.json says which."
    ),
    before='dag_id="load-orders"  # beside dag_id="load_orders"',
    after='airflow_dag("load-orders", name="load_orders_2", ...)',
)
