"""CF046: a branch or short circuit."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF046",
    title="A branch or short circuit",
    severity="info",
    help=(
        "The DAG became a job of ops: the branch chooses among its outputs, and what is not "
        "chosen is skipped, as in Airflow."
    ),
    before=("@task.branch\ndef choose(): ..."),
    after=('@outcome_op(arms=("full", "delta"))\ndef choose(): ...'),
)
