"""CF080: the rule is applied later than in Airflow."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF080",
    title="The rule is applied later than in Airflow",
    severity="info",
    help=(
        "Airflow may start the task at the first success or failure before it; the op starts when "
        "all of them have ended. The outcome is the same unless the task is meant to run early, "
        "as an alert is."
    ),
    before='PythonOperator(task_id="alert", trigger_rule="one_failed", ...)',
    after='"alert": Task(upstream=[...], trigger_rule="one_failed")',
)
