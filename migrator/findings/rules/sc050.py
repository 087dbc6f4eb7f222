"""SC050: a subdag that is not known."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC050",
    title="A subdag that is not known",
    severity="warning",
    help=(
        "Airflow 2 loads the DAG of a SubDagOperator as a DAG of its own. What makes it is not part of the scanned "
        "folder: scan that as well, or again with --airflow-python."
    ),
    before="SubDagOperator(task_id='load', subdag=company.load_dag('parent.load'))",
)
