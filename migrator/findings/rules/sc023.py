"""SC023: the interpreter given for Airflow could not be used."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC023",
    title="The Airflow interpreter does not answer",
    severity="error",
    help=(
        "Check the path given as --airflow-python: it has to be the Python of the environment that "
        "Airflow is installed in. All that is reported was read from the text alone."
    ),
    before="migrate scan dags --airflow-python /usr/bin/python3",
    after="migrate scan dags --airflow-python /opt/airflow/bin/python",
)
