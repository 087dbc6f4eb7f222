"""DP054: two arguments hold one XCom, and the task changes it in place."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP054",
    title="Two arguments hold one XCom, and the task changes it",
    severity="warning",
    help=(
        "Airflow reads the XCom anew for each argument, so that a change of one is not seen in the other; a step of "
        "Dagster gets it once. The task runs in Airflow, as one step of the DAG; change a copy."
    ),
    before="def add(rows, all_rows):\n    rows.append(1)\n\nadd(extract, extract)",
    after="def add(rows, all_rows):\n    rows = [*rows, 1]\n\nadd(extract, extract)",
)
