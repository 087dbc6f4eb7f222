"""DP071: an asset that is only known by its name."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP071",
    title="An asset that is only known by its name",
    severity="info",
    help=(
        "A parameter of an `@asset` function names another asset, and the file does not make one of that name with "
        "constants, so that its address is not known. The task runs in Airflow; make the asset in the same file."
    ),
    before="@asset(schedule=None)\ndef report(self, context, orders): ...  # `orders` is of another file",
)
