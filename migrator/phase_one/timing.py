"""What starts the job of an unchanged DAG: its schedule, in the arguments of `airflow_dag`."""

from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from migrator.convert.dataset_schedules import condition_text
from migrator.convert.timing import asks_airflow, pauses
from migrator.findings import Finding
from migrator.ir import (
    Continuous,
    Cron,
    Crons,
    Custom,
    Dag,
    Every,
    Manual,
    Once,
    OnDatasets,
    OnDatasetsOrTime,
    UnknownSchedule,
)
from migrator.ir.clocks import disputed, local
from migrator.ir.cron import as_cron, is_cron
from migrator.ir.schedule import is_airflow3, stands_for_interval


@dataclass(frozen=True)
class Start:
    """The arguments, the kind of partitions as the manifest has it, and what is lost."""

    arguments: dict[str, object] = field(default_factory=dict)
    partitions: str | None = None
    automation: str | None = None  # "schedule" or "sensor"
    findings: tuple[Finding, ...] = ()


class Expression(str):
    """Source text as the value of an argument."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def start(dag: Dag, airflow: str | None, *, datasets: bool = True) -> Start:
    """`airflow` is the version that runs the DAG: it says what a run of a bare cron expression stands for.

    `datasets`: their updates can start it, and so can a timetable that only Airflow knows.
    """
    schedule = dag.schedule
    if dag.part_of:  # a task of another DAG starts it
        return Start()
    if isinstance(schedule, OnDatasetsOrTime):
        return _datasets_or_time(dag, schedule, airflow, datasets)
    if isinstance(schedule, OnDatasets) and datasets:
        return _on_datasets(dag, schedule)
    if isinstance(schedule, Custom) and datasets and asks_airflow(schedule):
        return _asks_airflow(dag, schedule.timetable.rsplit(".", 1)[-1])
    if isinstance(schedule, Crons) and datasets and _has_zone(schedule.timezone):
        return _asks_airflow(dag, f"{len(schedule.expressions)} cron expressions")
    if isinstance(schedule, Cron):
        return _cron(dag, schedule, airflow, datasets)
    if isinstance(schedule, Every):
        return _every(dag, schedule, airflow)
    if isinstance(schedule, Once | Continuous):
        word = "@once" if isinstance(schedule, Once) else "@continuous"
        dates = {"start_date": dag.start_date} if dag.start_date else {}
        found = _finding(dag, "TM084", f"{word} is a sensor: the job starts while the Dagster daemon runs")
        return Start({"schedule": word, **dates}, automation="sensor", findings=(found,))
    return Start(findings=_nothing_starts_it(dag))


def _asks_airflow(dag: Dag, what: str) -> Start:
    """For what Dagster's schedules and partitions cannot express."""
    text = f"{what}: a sensor asks Airflow when it runs"
    return Start({"timetable": True}, automation="sensor", findings=(_finding(dag, "TM061", text),))


def _on_datasets(dag: Dag, schedule: OnDatasets) -> Start:
    """The sensor that a native DAG has as well."""
    if schedule.needs == "expression" and schedule.condition is None:
        return Start(findings=_nothing_starts_it(replace(dag, schedule=schedule)))
    text = f"starts on updates of {', '.join(schedule.uris)}; its data interval is the moment of the last one"
    needs = Expression(condition_text(schedule, set()))
    unseen = f"a watcher of Airflow updates {', '.join(schedule.watched)}; nothing looks in Dagster"
    watched = [_finding(dag, "TM063", unseen)] if schedule.watched else []
    return Start({"needs": needs}, automation="sensor", findings=(_finding(dag, "TM055", text), *watched))


def _datasets_or_time(dag: Dag, schedule: OnDatasetsOrTime, airflow: str | None, datasets: bool) -> Start:
    when = start(replace(dag, schedule=schedule.time), airflow)
    awaited = replace(dag, schedule=schedule.datasets)
    other = _on_datasets(dag, schedule.datasets) if datasets else Start(findings=_nothing_starts_it(awaited))
    arguments, findings = {**when.arguments, **other.arguments}, (*when.findings, *other.findings)
    return replace(when, arguments=arguments, findings=findings)


def _nothing_starts_it(dag: Dag) -> tuple[Finding, ...]:
    schedule = dag.schedule
    if isinstance(schedule, Manual):
        return ()
    if isinstance(schedule, OnDatasets):
        needs = ", ".join(schedule.uris) or "datasets"
        text = f"runs when {needs} were updated; in Dagster nothing starts the job"
        return (_finding(dag, "TM081", text),)
    what = {Custom: "timetable", UnknownSchedule: "schedule that could not be read"}.get(
        type(schedule), "schedule"
    )
    source = " ".join(str(getattr(schedule, "source", getattr(schedule, "why", ""))).split())
    return (_finding(dag, "TM080", f"the {what} {source} has no form in Dagster: the job has no schedule"),)


def _cron(dag: Dag, schedule: Cron, airflow: str | None, asks: bool) -> Start:
    interval, findings = _interval(dag, schedule, airflow)
    if not dag.start_date and interval:
        return Start(findings=(_finding(dag, "TM083", "without a start date Airflow 2 never starts it"),))
    other = _otherwise(dag, schedule) if _has_zone(schedule.timezone) else None
    if other and asks:
        return _asks_airflow(dag, other)
    if not takes(schedule.cron, schedule.timezone):
        return Start(
            findings=(_finding(dag, "TM080", f"Dagster has no schedule for {schedule.expression!r}"),)
        )
    if other:
        findings += (_finding(dag, "TM053", other),)
    arguments: dict[str, object] = {"schedule": schedule.expression}
    if schedule.timezone != "UTC":
        arguments["timezone"] = schedule.timezone
    return _partitioned(dag, arguments, schedule.cron, interval, findings)


def _otherwise(dag: Dag, schedule: Cron) -> str | None:
    """Why Dagster's runs of it would not be those of Airflow."""
    if not is_cron(schedule.cron):
        return f"Dagster has no schedule for {schedule.expression!r}"
    if pauses(schedule.cron):
        return f"{schedule.expression!r} pauses for more than a year, and Dagster would lose a run"
    zone = schedule.timezone
    start, end = local(dag.start_date, zone), local(dag.end_date, zone)
    first = next(disputed(schedule.cron, zone, start), None)
    if first is None or (end and end < first):
        return None
    return f"the clock of {zone} is set on {first:%Y-%m-%d} at {first:%H:%M}, where a run would start"


def _every(dag: Dag, schedule: Every, airflow: str | None) -> Start:
    if not dag.start_date:
        return Start(
            findings=(_finding(dag, "TM083", "a distance without a start date has nothing to count from"),)
        )
    interval, findings = _interval(dag, schedule, airflow)
    if cron := as_cron(schedule.seconds, dag.start_date):
        return _partitioned(dag, {"schedule": cron}, cron, interval, findings)
    text = f"every {schedule.seconds:g} seconds is a sensor: the job starts while the Dagster daemon runs"
    arguments = {"every": schedule.seconds, **_dates(dag), **({} if interval else {"interval": False})}
    return Start(arguments, automation="sensor", findings=(*findings, _finding(dag, "TM084", text)))


def _partitioned(
    dag: Dag, arguments: dict[str, object], cron: str, interval: bool, findings: tuple[Finding, ...]
) -> Start:
    fields = cron.split()
    daily = fields[2:] == ["*", "*", "*"] and fields[0].isdigit() and fields[1].isdigit()
    kind = None if not dag.start_date else "daily" if daily else f"cron {cron}"
    full = {**arguments, **_dates(dag), **({} if interval else {"interval": False})}
    return Start(full, partitions=kind, automation="schedule", findings=findings)


def _dates(dag: Dag) -> dict[str, object]:
    return {k: v for k, v in (("start_date", dag.start_date), ("end_date", dag.end_date)) if v}


def _interval(dag: Dag, schedule: Cron | Every, airflow: str | None) -> tuple[bool, tuple[Finding, ...]]:
    """Whether a run stands for an interval."""
    interval = stands_for_interval(schedule, airflow3=is_airflow3(airflow))
    if schedule.interval is not None or airflow:
        return interval, ()
    text = "the Airflow version is not known: a run is taken to stand for an interval, as in Airflow 2"
    return interval, (_finding(dag, "TM085", text),)


def takes(cron: str, zone: str) -> bool:
    """Whether Dagster has schedules and partitions for a cron expression. Dagster need not be installed to say so."""
    return _has_zone(zone) and is_cron(cron)


def _has_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def _finding(dag: Dag, code: str, message: str) -> Finding:
    return Finding(code, message, dag.origin, dag.dag_id)
