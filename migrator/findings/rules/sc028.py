"""SC028: a fact about a DAG differs between text and run time."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC028",
    title="The text and Airflow disagree about a DAG",
    severity="warning",
    help=(
        "Airflow's value is used. The configuration of that Airflow, such as its default time zone or "
        "catchup, can be the reason."
    ),
    before="dag.catchup = True  # after the DAG was made",
)
