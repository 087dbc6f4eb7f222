"""OP100: a command of dbt whose models could be assets."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP100",
    title="A command of dbt whose models could be assets",
    severity="info",
    help=(
        "It runs as a shell command, as in Airflow. With `dbt: assets` for the DAG in the plan each model, seed and "
        "snapshot is an asset of its own and each test a check; the dbt project has to be where Dagster loads then."
    ),
    before='BashOperator(task_id="models", bash_command="dbt build --project-dir /srv/dbt")',
    after="@dbt_assets(manifest=models.manifest_path, project=models)\ndef build(context): ...",
)
