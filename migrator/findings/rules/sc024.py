"""SC024: the text has a DAG that Airflow does not load."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC024",
    title="A DAG of the text that Airflow does not find",
    severity="warning",
    help=(
        "The file makes this DAG only under some condition that did not hold, or never calls its @dag "
        "function. It is left out: what Airflow does not load, it does not run."
    ),
    before="if os.environ.get('REGION') == 'eu':\n    orders()",
)
