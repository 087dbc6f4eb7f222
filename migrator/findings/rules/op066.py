"""OP066: a mapped task that runs in Airflow is one step."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP066",
    title="A mapped task in Airflow is one step",
    severity="info",
    help=(
        "All instances of the task run in one step, one after the other, in Airflow. A try after a failure runs those "
        "again that did not end well. What they return is a list, as what a mapped task returns always is."
    ),
    before='CopyOperator.partial(task_id="copy").expand(table=tables())',
)
