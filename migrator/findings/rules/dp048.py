"""DP048: a template makes text."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP048",
    title="A template makes text",
    severity="warning",
    help=(
        "What is pulled into a template is text for Airflow, so the step gets `str(...)` of it, "
        "not the value. Check whether that was meant."
    ),
    before='op_kwargs={"rows": "{{ ti.xcom_pull(\'extract\') }}"}',
    after="rows = str(extract)",
)
