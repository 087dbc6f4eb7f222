"""DP046: a shared function that asks Airflow for something."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP046",
    title="A shared function that asks Airflow for something",
    severity="info",
    help=(
        "A function with several users stays a function, so it can only get values as arguments. "
        "The task runs in Airflow, as one step of the DAG."
    ),
    before=(
        "def load(ti=None): ...\n"
        "\n"
        'PythonOperator(task_id="a", python_callable=load)\n'
        'PythonOperator(task_id="b", python_callable=load)'
    ),
)
