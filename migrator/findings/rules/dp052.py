"""DP052: a name that the new code needs means something else."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP052",
    title="A name that the new code needs means something else",
    severity="warning",
    help=(
        "The code that takes the place of Airflow's needs this name, as Dagster's `context` or a module like "
        "json, and the file or the function gives it another meaning. The task runs in Airflow, as one "
        "step of the DAG; call yours something else."
    ),
    before="def load(ds=None, **kwargs):\n    context = {}\n    print(kwargs['ts'])",
    after="def load(ds=None, **kwargs):\n    settings = {}\n    print(kwargs['ts'])",
)
