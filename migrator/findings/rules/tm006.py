"""TM006: a timetable of its own."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM006",
    title="A timetable of its own",
    severity="warning",
    help=(
        "Dagster has no timetables: a custom one becomes a sensor or a cron schedule that a person writes."
    ),
    before="DAG('orders', timetable=AfterWorkdayTimetable())",
    after="@schedule(cron_schedule='0 9 * * 1-5', job=orders)",
)
