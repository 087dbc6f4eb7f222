"""SC042: another DAG of the file stays in Airflow."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC042",
    title="Another DAG of the file stays in Airflow",
    severity="info",
    help=(
        "A DAG of this file runs unchanged in the Airflow interpreter, and its statements are not in a block "
        "of their own: which of them belong to it cannot be told. So all DAGs of the file stay there."
    ),
    before='one = DAG("one")\ntwo = DAG("two")\nload = BashOperator(task_id="load", bash_command="true", dag=one)',
    after='with DAG("one"):\n    load = BashOperator(task_id="load", bash_command="true")\n\nwith DAG("two"): ...',
)
