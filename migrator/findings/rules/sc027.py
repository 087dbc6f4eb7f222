"""SC027: a fact about a task differs between text and run time."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC027",
    title="The text and Airflow disagree about a task",
    severity="warning",
    help=(
        "Airflow's value is used. A cluster policy, a subclass that sets its own defaults, or code that "
        "changes the task later can be the reason."
    ),
    before="task.retries = 5  # after the task was made",
)
