"""CF067: a task runs a sub-DAG."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF067",
    title="A task runs a sub-DAG",
    severity="warning",
    help=(
        "The sub-DAG is a job of its own without a schedule. The step asks for its run about the same date, waits "
        "until it has ended, and fails if it has failed. A sensor of that job starts it, so the Dagster daemon must "
        "run, and where the number of runs is limited both must fit. A retry of the step runs the whole job "
        "again; Airflow repeats the failed tasks."
    ),
    before='SubDagOperator(task_id="part", subdag=part("orders", "part"))',
    after='OtherJob(context, "orders__part").request(date=..., again=True, wait=True)',
)
