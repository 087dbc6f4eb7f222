"""SC045: a DAG is only known at run time."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC045",
    title="A DAG is only known at run time",
    severity="info",
    help=(
        "Airflow says that the DAG is there, and no text was read that makes it. "
        "The DAG runs unchanged in the Airflow interpreter."
    ),
    before="globals().update({dag.dag_id: dag for dag in company_library.dags()})",
)
