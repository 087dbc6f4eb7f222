"""CF040: mapping without a native form."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF040",
    title="Mapping without a native form",
    severity="info",
    help=(
        "What the task or group is mapped over could not be worked out from "
        "the text, or a task of a mapped group has no native form."
    ),
    before="load.expand(table=5)",
)
