"""SC053: a value where tasks are made has no text."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC053",
    title="A value where tasks are made cannot be written down",
    severity="info",
    help=(
        "A step needs a variable of the loop or the function that makes its task, and what it means is "
        "no constant that can stand in the new module. Build the value inside of the task. The DAG runs "
        "unchanged in the Airflow interpreter."
    ),
    before=(
        "def make(table):\n"
        "    client = Client(table)\n"
        "    PythonOperator(task_id=table, python_callable=lambda: client.load())"
    ),
    after=(
        "def make(table):\n    PythonOperator(task_id=table, python_callable=lambda: Client(table).load())"
    ),
)
