"""CF063: names of mapped instances."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF063",
    title="Names of mapped instances are not carried over",
    severity="info",
    help="The instances of the op are told apart by their places in the list: `load[0]`, `load[1]`.",
    before='@task(map_index_template="{{ name }}")\ndef load(name): ...',
)
