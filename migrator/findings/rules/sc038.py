"""SC038: a part of Airflow is replaced."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC038",
    title="A part of Airflow is replaced",
    severity="warning",
    help=(
        "What the DAGs of this file are is only known where Airflow runs: scan again with --airflow-python."
    ),
    before="BaseOperator.__init__ = our_init",
)
