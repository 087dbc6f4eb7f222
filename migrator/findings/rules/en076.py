"""EN076: the plan names an asset of another DAG that there is not."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN076",
    title="The plan says that a step reads something that is no asset",
    severity="warning",
    help=(
        "`reads` in the plan names assets of other DAGs, as dag_id.task_id, so that the graph shows what a step reads "
        "by itself. Both tasks have to become assets of this project: not ops, nor tasks that run in Airflow with "
        "their whole DAG, nor tasks without a step. The dependency is left out; what the step does is the same."
    ),
    before="weekly:\n  tasks:\n    summarize: {reads: [daily.clean_all]}",
    after="weekly:\n  tasks:\n    summarize: {reads: [daily.clean]}",
)
