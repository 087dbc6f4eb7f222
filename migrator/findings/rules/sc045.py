"""SC045: tasks come from a loop or a factory."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC045",
    title="Tasks come from a loop or a factory",
    severity="info",
    help=("One text stands for several tasks or DAGs. The DAG runs unchanged in the Airflow interpreter."),
    before=(
        "for table in TABLES:\n"
        '    PythonOperator(task_id=f"copy_{table}", python_callable=copy, op_args=[table])'
    ),
)
