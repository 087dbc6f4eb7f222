"""SC007: a condition that is not known."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC007",
    title="A condition that is not known",
    severity="warning",
    help=(
        "Whether these tasks or edges exist is only known where Airflow runs: scan again with --airflow-"
        "python."
    ),
    before="if os.environ['STAGE'] == 'prod':\n    alert = EmailOperator(task_id='alert', ...)",
)
