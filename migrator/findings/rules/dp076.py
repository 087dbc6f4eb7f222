"""DP076: the tasks that a step pulls from are worked out when it runs."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP076",
    title="Which XComs a step pulls is worked out when it runs",
    severity="info",
    help=(
        "The step is given what all tasks before it left behind that may be meant, and looks up there. One that it is "
        "not given is an error, where Airflow would give None."
    ),
    before='ti.xcom_pull(task_ids=[f"count_{shop}" for shop in SHOPS])',
    after=(
        'task_instance = TaskInstance({("count_berlin", "return_value"): count_berlin, ...})\n'
        'task_instance.xcom_pull(task_ids=[f"count_{shop}" for shop in SHOPS])'
    ),
)
