"""CF070: a task pulls from a task of its own mapped group."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF070",
    title="A task pulls from a task of its own mapped group",
    severity="info",
    help=(
        "Without `map_indexes`, `xcom_pull` gives what all instances have left behind by then: how many that are is "
        "a matter of time. For the value of the same item, hand it on as an argument, or pull with "
        "`map_indexes=ti.map_index`."
    ),
    before='@task_group\ndef each(name):\n    ...\n    ti.xcom_pull(task_ids="each.one")',
    after='@task_group\ndef each(name):\n    ...\n    ti.xcom_pull(task_ids="each.one", map_indexes=ti.map_index)',
)
