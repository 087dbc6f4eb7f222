"""CF084: another DAG or task is not there."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF084",
    title="Another DAG or task is not there",
    severity="warning",
    help=(
        "The task waits for, or starts, a DAG, task or task group that is not in the project. In Airflow it "
        "waits until its time is up; here its step fails at once and says so. Convert the other DAG into the "
        "same project, or correct the id."
    ),
    before='ExternalTaskSensor(task_id="wait", external_dag_id="no_such_dag")',
    after='OtherJob(context, "no_such_dag", missing="no DAG of the project is called no_such_dag")',
)
