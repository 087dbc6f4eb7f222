"""OP062: what a bridged task pulls is not known."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP062",
    title="What a task in Airflow pulls is not known",
    severity="info",
    help=(
        "A task that runs in Airflow, inside a native DAG, is given what the tasks before it left behind. Which of "
        "that it reads cannot be seen in its text, so it is given all of it: an edge from each of them. Pull by "
        "constant ids and keys to have only those."
    ),
    before="rows = ti.xcom_pull(task_ids=self.source, key=self.key)",
)
