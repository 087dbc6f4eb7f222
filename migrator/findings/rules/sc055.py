"""SC055: a name that is only set where tasks are made."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC055",
    title="A name is only set where tasks are made",
    severity="info",
    help=(
        "A function of the file reads a variable that a statement sets which makes or wires tasks; that "
        "statement is not in the new module. Give it as an argument. The DAG runs unchanged in the "
        "Airflow interpreter."
    ),
    before=(
        "def load(): return table\n\n"
        "for table in TABLES:\n"
        "    PythonOperator(task_id=table, python_callable=load)"
    ),
    after=(
        "def load(table): return table\n\n"
        "for table in TABLES:\n"
        "    PythonOperator(task_id=table, python_callable=load, op_args=[table])"
    ),
)
