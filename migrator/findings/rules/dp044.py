"""DP044: an XCom that is not always pushed."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP044",
    title="An XCom that is not always pushed",
    severity="info",
    help=(
        "A pushed value becomes an output of its own, so its key must be a constant and it must "
        "be pushed on every way through the function. One that fails puts out nothing: where a task that runs "
        "nevertheless reads what was pushed before, nothing but a return may follow the push. The task runs in "
        "Airflow, as one step of the DAG."
    ),
    before=('if rows:\n    ti.xcom_push(key="rows", value=len(rows))'),
    after='ti.xcom_push(key="rows", value=len(rows))',
)
