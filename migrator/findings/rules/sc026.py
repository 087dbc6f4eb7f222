"""SC026: the task ids of text and run time differ."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC026",
    title="The text and Airflow have other tasks",
    severity="warning",
    help=(
        "Airflow's tasks are used. Code that depends on the environment, such as a Variable or a file "
        "that is not here, can be the reason; please report it if not."
    ),
    before="for table in Variable.get('tables', deserialize_json=True):\n    load(table)",
)
