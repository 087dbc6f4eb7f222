"""CF060: a mapped task became an op that runs once for each item."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF060",
    title="Mapped: an op runs once for each item",
    severity="info",
    help=(
        "The DAG became a job of ops. An op of its own makes the items, and each runs with its own "
        "retries, under its place in the list, as in Airflow. No item at all is a skipped run. "
        "The plan may ask for one loop instead: `mapping: loop`."
    ),
    before="load.expand(name=list_tables())",
    after="each_load(list_tables().outcome).map(lambda name: load(name=name).outcome)",
)
