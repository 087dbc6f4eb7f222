"""OP068: a template field that is more than an argument."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP068",
    title="A template field that is more than an argument",
    severity="info",
    help=(
        "Airflow renders the template fields of an operator after its `__init__`; a step renders the "
        "arguments before it makes the object. Both are the same where `__init__` only keeps an argument "
        "under the name of the field. Where it does more, the task runs in Airflow, as one step of the DAG."
    ),
    before=(
        'template_fields = ("path",)\n'
        "\n"
        "def __init__(self, *, day, **kwargs):\n"
        "    super().__init__(**kwargs)\n"
        '    self.path = f"/data/{day}"'
    ),
)
