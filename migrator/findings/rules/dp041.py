"""DP041: a part of the context without a native form."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP041",
    title="A part of the context without a native form",
    severity="info",
    help=(
        "`params`, `dag_run` and others have no native form yet. The task runs in Airflow, as "
        "one step of the DAG."
    ),
    before=('@task\ndef load(dag_run=None):\n    mode = dag_run.conf["mode"]'),
)
