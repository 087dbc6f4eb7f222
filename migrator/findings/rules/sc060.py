"""SC060: the file needs more memory than the limit while the user's Airflow loads it."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC060",
    title="Loading this file takes too much memory",
    severity="error",
    help=(
        "Something at the top level of the file reads or makes more data than is allowed for one file. Airflow's "
        "own DAG processor holds as much each time that it parses the file: move the work into a task. What could "
        "be read from the text is kept."
    ),
    before='CUSTOMERS = pd.read_parquet("customers.parquet")',
)
