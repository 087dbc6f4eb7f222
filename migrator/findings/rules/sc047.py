"""SC047: a name with two meanings."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC047",
    title="A name with two meanings",
    severity="info",
    help=(
        "What stands in the function of a DAG moves to the new module, and there the name already means something "
        "else. The DAGs of the file run unchanged in the Airflow interpreter; rename one of the two."
    ),
    before=(
        "LIMIT = 5\n\n@dag()\ndef orders():\n    LIMIT = 10\n\n    @task\n    def load():\n        return LIMIT"
    ),
    after=(
        "LIMIT = 5\n\n@dag()\ndef orders():\n    ORDERS_LIMIT = 10\n\n"
        "    @task\n    def load():\n        return ORDERS_LIMIT"
    ),
)
