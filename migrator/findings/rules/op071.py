"""OP071: the text of a SQL task is not known."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP071",
    title="The text of a SQL task is not known",
    severity="info",
    help=(
        "The task names a file that is not in the folder of the DAG file, or is too large to stand in a module; "
        "Airflow may find it through `template_searchpath`. The task runs in Airflow, as one step of the DAG; "
        "put the file beside the DAG."
    ),
    before='PostgresOperator(task_id="load", sql="load.sql")',
    after='PostgresOperator(task_id="load", sql="INSERT INTO daily SELECT ...")',
)
