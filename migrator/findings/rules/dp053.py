"""DP053: an argument reads a name that is assigned more than once."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP053",
    title="An argument reads a name that is assigned more than once",
    severity="warning",
    help=(
        "Airflow works an argument out where the task is made, Dagster when it runs, and by then the name has "
        "its last value. The task runs in Airflow, as one step of the DAG; give each value a name of its "
        "own."
    ),
    before="folder = Path('a')\none = PythonOperator(..., op_args=[folder])\nfolder = Path('b')",
    after="first = Path('a')\none = PythonOperator(..., op_args=[first])\nsecond = Path('b')",
)
