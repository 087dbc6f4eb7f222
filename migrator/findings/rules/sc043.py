"""SC043: imports a module of the DAG repository."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC043",
    title="Uses a module of the DAG repository that cannot move",
    severity="info",
    help=(
        "Modules beside the DAGs move along to lib/ of the new project, with all that they import there. This one "
        "needs Airflow, or the place of its file, or it cannot be read; what uses it runs in the Airflow interpreter. "
        "Take what needs Airflow apart from the rest, or install the module as a package."
    ),
    before="from helpers import connect  # helpers.py: from airflow.hooks.base import BaseHook",
    after="from ..lib.connections import connect  # without Airflow",
)
