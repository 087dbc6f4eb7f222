"""TM086: SLA is not watched."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM086",
    title="SLA is not watched",
    severity="warning",
    help=(
        "Nothing tells when the task is late. Add a freshness policy to the asset that it "
        "becomes, or a sensor that looks at the duration of runs."
    ),
    before='BashOperator(task_id="load", sla=timedelta(hours=1), ...)',
    after='"load": Task()',
)
