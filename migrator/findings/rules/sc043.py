"""SC043: imports a module of the DAG repository."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC043",
    title="Imports a module of the DAG repository",
    severity="info",
    help=(
        "The new project does not have that module, so the DAG runs unchanged in the Airflow "
        "interpreter. Install the module as a package to have the DAG converted."
    ),
    before="from helpers import connect",
    after="from our_package.helpers import connect",
)
