"""DP063: an argument that Airflow refuses."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP063",
    title="A parameter named like a part of the context gets its value by its place",
    severity="info",
    help=(
        "Airflow fails such a task: the names of its context are reserved, and can be given by name only. The task "
        "runs in Airflow, as one step of the DAG, and fails there. Rename the parameter, or give it by name."
    ),
    before="PythonOperator(task_id='load', python_callable=load, op_args=['2024-01-01'])  # def load(ds)",
    after="PythonOperator(task_id='load', python_callable=load, op_kwargs={'day': '2024-01-01'})  # def load(day)",
)
