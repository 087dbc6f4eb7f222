"""SC020: the user's Airflow raises an error while it loads the file."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC020",
    title="Airflow cannot load this file",
    severity="error",
    help=(
        "The traceback of the user's own Airflow ends here. If a module is missing, set "
        "AIRFLOW__CORE__DAGS_FOLDER to the folder that imports start at, or MIGRATE_AIRFLOW_PYTHONPATH to "
        "more such folders; if a Variable or connection is missing, set AIRFLOW_VAR_* or AIRFLOW_CONN_*. "
        "What could be read from the text is kept."
    ),
    before="import pandas_that_is_not_installed",
)
