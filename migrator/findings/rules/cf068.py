"""CF068: a sub-DAG that is run in a way without a native form."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF068",
    title="A sub-DAG is run in a way without a native form",
    severity="info",
    help=(
        "What the leaves of a sub-DAG skip skips tasks of the DAG around it (`propagate_skipped_state`), or the wait "
        "for it ends before it does (`timeout`, `soft_fail`). Make the sub-DAG a task group first."
    ),
    before='SubDagOperator(task_id="part", subdag=part(), propagate_skipped_state="any_leaf")',
    after='with TaskGroup("part"):\n    ...',
)
