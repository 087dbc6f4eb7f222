"""EN004: a secret in the source."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN004",
    title="A secret in the source",
    severity="error",
    help=("Move it into a connection or the environment, and change it: it is in the repository's history."),
    before="S3Operator(task_id='a', api_key='abc')",
    after="S3Operator(task_id='a', aws_conn_id='aws_default')",
)
