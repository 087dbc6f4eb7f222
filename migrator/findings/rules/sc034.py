"""SC034: a task without a DAG."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC034",
    title="A task without a DAG",
    severity="warning",
    help=(
        "What makes its DAG was not read: scan a folder that holds that module too, or scan again with "
        "--airflow-python."
    ),
    before="from company import make_dag\n\nload = EmptyOperator(task_id='load', dag=make_dag('orders'))",
)
