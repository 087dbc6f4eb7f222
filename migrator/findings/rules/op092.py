"""OP092: a condition around a DAG."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP092",
    title="A condition around a DAG is gone",
    severity="info",
    help=(
        "The DAG was there when the file was read, so the condition around it held, or was left to the other branch. "
        "The new module has the DAG in any case. Where the condition asks in which environment the file is read, leave "
        "the module out of the others' projects."
    ),
    before='if os.environ["STAGE"] == "prod":\n    with DAG("orders"):\n        ...',
)
