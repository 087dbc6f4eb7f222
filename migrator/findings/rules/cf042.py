"""CF042: a branch with an arm that cannot be an output."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF042",
    title="A branch with an arm that cannot be an output",
    severity="info",
    help=(
        "An arm of a branch is an output of an op, and its task id is not a name; or the branch's "
        "own result is read. The DAG runs unchanged in the Airflow interpreter."
    ),
    before='return "group.load"',
    after='return "load"',
)
