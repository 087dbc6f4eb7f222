"""CF083: skipped tasks are shown as success."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF083",
    title="Skipped tasks are shown as success",
    severity="info",
    help=(
        "In process, ops of skipped tasks are green; their log says that they were skipped. With "
        "--mode interpreter the state is in the metadata of the step."
    ),
    before='BranchPythonOperator(task_id="choose", ...)',
)
