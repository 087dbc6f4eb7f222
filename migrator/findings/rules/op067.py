"""OP067: an operator class that needs Airflow's base."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP067",
    title="An operator class that needs Airflow's base",
    severity="info",
    help=(
        "The class is part of the repository and would move, but Airflow's base does more for it than a "
        "stand-in can: it calls a method (`on_kill`, `pre_execute`), or the class asks it for something "
        "(`self.dag`, `self.xcom_pull`). The task runs in Airflow, as one step of the DAG."
    ),
    before="def on_kill(self):\n    self.process.terminate()",
)
