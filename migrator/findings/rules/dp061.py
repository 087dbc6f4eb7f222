"""DP061: what is pushed before a failure is lost with it."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP061",
    title="What is pushed before a failure is lost with it",
    severity="warning",
    help=(
        "A step that fails puts out nothing. In Airflow, what a task pushed before it failed is there for a task "
        "that runs nevertheless, as by `all_done`; here that one gets None. Push last, when nothing can go wrong "
        "any more, or bridge the task: `tasks: {id: {bridge: true}}` in the plan."
    ),
    before='ti.xcom_push(key="rows", value=rows)\nwrite(rows)',
    after='write(rows)\nti.xcom_push(key="rows", value=rows)',
)
