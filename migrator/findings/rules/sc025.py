"""SC025: Airflow loads a DAG that the text does not show."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC025",
    title="A DAG that only Airflow sees",
    severity="info",
    help=(
        "Code makes this DAG while the file runs, so no single place in the text stands for it. Its "
        "structure is taken from Airflow, and no source is rewritten."
    ),
    before="for client in fetch_clients():\n    build_dag(client)",
)
