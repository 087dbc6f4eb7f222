"""DP075: a text that code puts together, and that may be a template."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP075",
    title="A template that code puts together",
    severity="info",
    help=(
        "Airflow renders the argument, and what stands in it is only known where the DAG runs: a piece of it is a part "
        "of a tag, or the code that gives it works with texts that hold tags. The task runs in Airflow, as one step of "
        "the DAG; put values of the run in with an f-string, `+`, `%s` or `format`, outside of the tags, to have it "
        "converted."
    ),
    before='bash_command=TEMPLATE.replace("STAGE", os.environ["STAGE"])  # TEMPLATE holds {{ ds }}',
    after='bash_command=f"run --stage {STAGE} --date {{{{ ds }}}}"  # STAGE = os.environ["STAGE"]',
)
