"""CF040: mapping without a native form."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF040",
    title="Mapping without a native form",
    severity="info",
    help=(
        "What the task or group is mapped over, or how it gets an item, could not be worked out from "
        "the text: keys that only a run knows, or an argument that its rule has to know."
    ),
    before='BashOperator.partial(task_id="load").expand_kwargs(list_options())',
)
