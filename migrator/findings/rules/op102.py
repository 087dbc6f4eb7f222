"""OP102: models of dbt are assets."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP102",
    title="Models of dbt are assets",
    severity="info",
    help=(
        "The step runs the same command; Dagster shows each model, seed and snapshot as an asset and each test as a "
        "check. The project is read when Dagster loads: let the build write target/manifest.json (`dbt parse`), or the "
        "first load does. Values of words in the command must have no spaces that the shell would split. What dbt "
        "prints is in the log, and its last line is no value any more: add the task to compare's ignore_tasks."
    ),
    before='BashOperator(task_id="models", bash_command="dbt build --project-dir /srv/dbt --full-refresh")',
    after='yield from dbt_cli(models).cli(["build", "--full-refresh"], context=context).stream()',
)
