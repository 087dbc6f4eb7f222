"""SC075: the text leaves the id of a DAG open, and Airflow has told it."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC075",
    title="The id of a DAG is the one where Airflow was asked",
    severity="info",
    help=(
        "The id is put together of something that only the deployment knows, such as an environment variable. "
        "The rest of the DAG is in the text, and Airflow's interpreter has told the id: the new job has that one, "
        "wherever it runs. Ask the Airflow of the deployment that is moved."
    ),
    before="DAG(f\"{os.environ['STAGE']}_orders\")",
)
