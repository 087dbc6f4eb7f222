"""DP050: a key of the context that a parameter has taken."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP050",
    title="A key of the context that a parameter has taken",
    severity="warning",
    help=(
        "Airflow gives a named parameter its value, and leaves it out of **context: the task fails with a KeyError. "
        "The task runs in Airflow, as one step of the DAG, where it fails as before; use the parameter."
    ),
    before='def load(ti=None, **context):\n    context["ti"].xcom_pull("extract")',
    after='def load(ti=None, **context):\n    ti.xcom_pull("extract")',
)
