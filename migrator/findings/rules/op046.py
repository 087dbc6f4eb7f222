"""OP046: a callable that is not a plain function."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP046",
    title="A callable that is not a plain function",
    severity="info",
    help=(
        "A method of an object, a partial or the like has no text of its own that could move. The task runs in "
        "Airflow, as one step of the DAG; write a function that calls it."
    ),
    before='PythonOperator(task_id="load", python_callable=loader.run)',
    after='def load():\n    return loader.run()\n\n\nPythonOperator(task_id="load", python_callable=load)',
)
