"""EN054: a hook is found by its name when it is used."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN054",
    title="A hook is found by its name when it is used",
    severity="info",
    help=(
        "A helper function makes the hook, or only the run knows its connection, so that no step can be given a "
        "resource. The same class is made from the variable `AIRFLOW_CONN_<NAME>` where it is used: it works as the "
        "hook did, but a test cannot swap it. Make the hook in the task's function, and hand it on."
    ),
    before='def rows(day):\n    return PostgresHook("shop").get_records("SELECT 1")',
    after='def rows(day):\n    return database("shop").get_records("SELECT 1")',
)
