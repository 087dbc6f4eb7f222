"""DP057: a param that no field of a Config can stand for."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP057",
    title="A param that no field of a Config can stand for",
    severity="info",
    help=(
        "Its name, its default or its schema has no form in a Dagster Config, and a value must not go"
        " unchecked. Write the schema out with types, enums of texts, limits and patterns; until then"
        " the DAG runs unchanged in the Airflow interpreter."
    ),
    before='Param("2024-01-01", type="string", format="date")',
)
