"""Is the schedule said, and is it one that can be carried over?"""

from collections.abc import Iterator

from migrator.findings import Finding
from migrator.ir import Cron, Custom, Dag, Every, Project, UnknownSchedule

ARGUMENTS = ("schedule", "schedule_interval", "timetable")


def check(project: Project) -> Iterator[Finding]:
    """One finding for each schedule that a person should look at."""
    for dag in project.dags:
        for code, message in _about(dag):
            yield Finding(code, message, dag.origin, dag.dag_id)


def _about(dag: Dag) -> Iterator[tuple[str, str]]:
    if isinstance(dag.schedule, UnknownSchedule):
        yield "TM003", f"the schedule is not known: {dag.schedule.why}"
    if isinstance(dag.schedule, Custom):
        yield "TM006", f"a timetable of class {dag.schedule.timetable}"
    if dag.origin.seen_by == "static" and not any(name in dag.args for name in ARGUMENTS):
        yield "TM004", "no schedule is given, and the default differs between versions of Airflow"
    timed = isinstance(dag.schedule, (Cron, Every))
    said = "start_date" in dag.args or "start_date" in dag.default_args
    if timed and dag.start_date is None and not said and any(name in dag.args for name in ARGUMENTS):
        yield "TM007", "a schedule without a start date"
