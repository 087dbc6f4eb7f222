"""DP058: the name `config` is taken."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP058",
    title="The name `config` is taken",
    severity="info",
    help=(
        "Dagster gives a step its config by the parameter `config`, and the function uses that name "
        "for something else. Rename it; until then the DAG runs unchanged in the Airflow interpreter."
    ),
    before="def load(config, params=None): ...",
    after="def load(settings, params=None): ...",
)
