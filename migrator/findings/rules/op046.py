"""OP046: a callable that is not a plain function."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP046",
    title="A callable that is not a plain function",
    severity="info",
    help=(
        "What the task calls is made by something that is not followed: an object with `__call__`, a partial of a "
        "partial, a decorator that nobody knows. The task runs in Airflow, as one step of the DAG; write a function "
        "that calls it."
    ),
    before='PythonOperator(task_id="load", python_callable=loaders["orders"])',
    after='def load():\n    return loaders["orders"]()\n\n\nPythonOperator(task_id="load", python_callable=load)',
)
