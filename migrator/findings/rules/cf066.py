"""CF066: a mapped argument that is not read natively."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF066",
    title="A mapped argument without a native form",
    severity="info",
    help=(
        "The rule for the operator has to know the argument, or its name, from the text: the task runs in "
        "Airflow, inside the native graph."
    ),
    before='BashOperator.partial(task_id="load").expand_kwargs(list_options())',
)
