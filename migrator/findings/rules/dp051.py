"""DP051: a value of Airflow inside an f-string that leaves no room for another expression."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP051",
    title="A value of Airflow inside an f-string",
    severity="warning",
    help=(
        "What takes its place has quotes or backslashes that this f-string cannot hold, or `=` would print another "
        "text. The task runs in Airflow, as one step of the DAG; give the value a name first."
    ),
    before="def show(**context):\n    print(f\"{context['ds']=}\")",
    after="def show(**context):\n    ds = context['ds']\n    print(f\"{ds=}\")",
)
