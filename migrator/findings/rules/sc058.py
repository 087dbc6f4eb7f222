"""SC058: tasks of which only Airflow knew."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC058",
    title="Tasks of which only Airflow knew",
    severity="warning",
    help=(
        "The text does not tell which tasks there are, so they were taken as Airflow had them when it was asked: "
        "with its Variables, its environment and the files of that moment. A change of these changes the DAG "
        "in Airflow, and nothing in the new project: convert again, or write the list into the module."
    ),
    before='for i in range(int(os.environ["HOW_MANY"])):\n    BashOperator(task_id=f"load_{i}", bash_command="true")',
    after="load_assets = [load_asset(i) for i in range(2)]",
)
