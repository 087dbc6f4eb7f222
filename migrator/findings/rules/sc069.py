"""SC069: a folder that links lead to twice."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC069",
    title="A folder that is reached twice",
    severity="warning",
    help=(
        "Airflow follows links between folders, and gives up on the whole DAGs folder when one leads to a folder "
        "that it has seen. Take the link out, or exclude it with .airflowignore. The scan reads the folder once."
    ),
    before="dags/current -> dags/2024",
)
