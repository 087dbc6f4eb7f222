"""OP065: a bridged task that asks for more than its own run."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP065",
    title="A task in Airflow that asks for more than its own run",
    severity="warning",
    help=(
        "A task that runs in Airflow inside a native DAG has a database of its own, with this run alone: it finds no "
        "earlier run, no event of a dataset, no other DAG, and what it writes there (Variables, runs) is lost. Take "
        "such a value from where it is kept, or leave the DAG in Airflow (`level: lift` has the same limits)."
    ),
    before='since = context["prev_data_interval_start_success"]',
)
