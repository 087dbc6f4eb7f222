"""DP055: a step reads what its run is launched with."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP055",
    title="A step reads what its run is launched with",
    severity="info",
    help=(
        "`params` and `dag_run.conf` are the config of each step that reads them: in the launchpad, "
        "or as `run_config` of a run request, give the same values to each. Types are those of the "
        "schema, or else of the default: another type is refused when the run is launched, and a "
        "whole number for a field that is no whole number becomes one with a point."
    ),
    before='context["params"]["limit"]',
    after="config.limit",
)
