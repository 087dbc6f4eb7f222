"""CF061: a setup or teardown."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF061",
    title="A setup or teardown",
    severity="info",
    help=(
        "The DAG became a job of ops. The teardown runs once in each run when its setup succeeded, "
        "whatever became of the work between them, and decides over the run only where Airflow's does."
    ),
    before="delete.as_teardown(setups=create)",
    after='@outcome_op(rule="all_done_setup_success", tolerated=True)\ndef delete(cluster): ...',
)
