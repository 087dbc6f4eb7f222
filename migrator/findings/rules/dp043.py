"""DP043: arguments and parameters do not match one to one."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP043",
    title="Arguments and parameters do not match one to one",
    severity="info",
    help=(
        "The call unpacks its arguments, or the function takes `*args`, or a parameter gets no "
        "value. The task runs in Airflow, as one step of the DAG."
    ),
    before="load(*tables)",
    after='load("orders", "customers")',
)
