"""EN009: an environment variable whose name is only known at run time."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN009",
    title="An environment variable whose name is only known at run time",
    severity="warning",
    help="The inventory cannot list it. Look up which names it can have, and set them for Dagster as well.",
    before="os.environ[f'{stage}_HOST']",
    after="os.environ['PROD_HOST']",
)
