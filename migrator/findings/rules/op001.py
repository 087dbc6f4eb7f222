"""OP001: an operator of the users' own."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP001",
    title="An operator of the users' own",
    severity="info",
    help=(
        "Its class is part of the scanned folder. It moves without Airflow's base class where it needs nothing else "
        "of Airflow; otherwise its tasks run there."
    ),
    before='LoadOperator(task_id="load", table="orders_{{ ds }}")',
    after=(
        "@dg.asset\ndef load(context: dg.AssetExecutionContext):\n"
        '    return LoadOperator(table=f"orders_{context.partition_key}").execute({})'
    ),
)
