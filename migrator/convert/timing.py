"""When a DAG runs and what a run is about: its schedule → partitions, and what starts the job.

An interval of Airflow 2 is the window of a Dagster partition: both start the run at its end, and `ds` is its
start. A run that stands for a point in time (the default of Airflow 3) is the partition that *starts* then, by
`end_offset=1`. A run that no partition can stand for carries its dates in tags (`runtime/dates.py`).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from migrator.convert.dataset_schedules import about_updates, on_datasets, on_partitions
from migrator.convert.moving import settled
from migrator.convert.partition_schedules import TOLD, at_partitions
from migrator.convert.partitions import partitions
from migrator.convert.problem import Problem
from migrator.convert.starts import Timing, running, unpaused
from migrator.ir import (
    Continuous,
    Cron,
    CronPartitions,
    Crons,
    Custom,
    Dag,
    Every,
    Manual,
    Once,
    OnDatasets,
    OnDatasetsOrTime,
    OnPartitions,
    Schedule,
)
from migrator.ir.clocks import changes, disputed, local
from migrator.ir.cron import as_cron, has_plain_days, is_cron, ticks
from migrator.ir.schedule import makes_up_for, stands_for_interval

LONGEST = timedelta(days=366)  # Dagster loses a run of a schedule with longer pauses
LOST_PRESETS = ("@quarterly", "@midnight", "@annually")  # those that Dagster has no name for


def timing(dag: Dag, *, dated: bool, airflow3: bool) -> Timing | Problem:
    """`dated`: a task reads the date of its run, so that a run must be about one. A Problem if that cannot be."""
    dag, notes = settled(dag, airflow3=airflow3)
    found = _timing(dag, dated, airflow3)
    if dag.part_of and isinstance(found, Timing):
        found = replace(found, schedule=None, sensor=None, imports=())
    return replace(found, notes=(*notes, *found.notes)) if isinstance(found, Timing) and notes else found


def _timing(dag: Dag, dated: bool, airflow3: bool) -> Timing | Problem:
    schedule = dag.schedule
    if isinstance(schedule, Cron):
        return _cron(dag, schedule, dated, airflow3)
    if isinstance(schedule, Every):
        return _every(dag, schedule, dated, airflow3)
    if isinstance(schedule, Crons):
        return _crons(dag, schedule, dated, airflow3)
    if isinstance(schedule, Manual) or _only_by_hand(schedule):
        notes = (Problem("TM050", "a run is about the moment when it was launched"),) if dated else ()
        return Timing(interval=False, airflow3=airflow3, by_hand=True, notes=notes)
    if isinstance(schedule, Once):
        return _once(dag, airflow3)
    if isinstance(schedule, (OnDatasets, OnDatasetsOrTime, Continuous)):
        return _on_events(dag, schedule, dated, airflow3)
    if isinstance(schedule, (OnPartitions, CronPartitions)):
        return _about_partitions(dag, schedule, dated, airflow3)
    if isinstance(schedule, Custom) and asks_airflow(schedule):
        return _of_airflow(dag, schedule, airflow3)
    source = " ".join((schedule.source if isinstance(schedule, Custom) else schedule.why).split())
    return Problem("TM040", f"a schedule without a native form: {source[:120]}")


def _only_by_hand(schedule: Schedule) -> bool:
    """Whether it is one of Airflow 3 that never starts a run: those who do may say about which partition."""
    return isinstance(schedule, Custom) and schedule.timetable.endswith("PartitionedAtRuntime")


def _on_events(
    dag: Dag, schedule: OnDatasets | OnDatasetsOrTime | Continuous, dated: bool, airflow3: bool
) -> Timing | Problem:
    """What no clock starts."""
    if dated and isinstance(schedule, Continuous):
        return Problem("TM041", "a task reads the date of a run that starts when the last one ends")
    if dated and (airflow3 or isinstance(schedule, OnDatasetsOrTime)):
        return Problem("TM041", "a task reads the date of a run that datasets start")
    if isinstance(schedule, OnDatasetsOrTime):
        return _datasets_or_time(dag, schedule, airflow3)
    if isinstance(schedule, OnDatasets):
        found = on_datasets(dag, schedule, airflow3)
        return about_updates(found) if dated and isinstance(found, Timing) else found
    return _between(dag, "continuously", airflow3)


# ---------------------------------------------------------------------- cron expressions
def _cron(dag: Dag, cron: Cron, dated: bool, airflow3: bool) -> Timing | Problem:
    if refused := _not_for_dagster(cron.expression, cron.cron, cron.timezone):
        return refused
    interval = stands_for_interval(cron, airflow3=airflow3)
    if dag.start_date is None and not (interval and dated) and not dag.end_date:
        return _ticking(dag, cron.expression, (cron.cron,), cron.timezone, dated, airflow3)
    if dated or dag.end_date:
        return _partitioned(dag, cron, interval, airflow3)
    return _ticking(dag, cron.expression, (cron.cron,), cron.timezone, False, airflow3)


def _not_for_dagster(expression: str, cron: str, zone: str) -> Problem | None:
    if not is_cron(cron):
        return Problem("TM040", f"Dagster has no schedule for {expression!r}")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return Problem("TM040", f"no time zone has the name {zone!r}")
    if pauses(cron):
        return Problem("TM051", f"{expression!r} pauses for more than a year, and Dagster loses a run")
    return None


def pauses(cron: str) -> bool:
    """Such as the 29th of February: Dagster looks no further than a year ahead."""
    if cron.split()[2:4] == ["*", "*"]:
        return False
    first = next(ticks(cron, datetime(2025, 1, 1)), None)
    return first is None or first - datetime(2025, 1, 1) > LONGEST


def _partitioned(dag: Dag, cron: Cron, interval: bool, airflow3: bool) -> Timing | Problem:
    if dag.start_date is None:
        return Problem(
            "TM042",
            "a task reads the date of its run, or the DAG ends, and there is no start date to count from",
        )
    start, end = (local(text, cron.timezone) for text in (dag.start_date, dag.end_date))
    if start is None or (dag.end_date and end is None):
        return Problem("TM042", f"start or end date in the time zone {cron.timezone} cannot be worked out")
    if refused := _not_for_partitions(cron, start, end):
        return refused
    name, text, kind = partitions(cron, start, end, interval)
    return Timing(
        name=name,
        partitions=text,
        schedule=f"dg.build_schedule_from_partitioned_job({{job}}{running(dag)})",
        kind=kind,
        interval=interval,
        key_is_ds=name == "daily" and cron.timezone == "UTC",
        airflow3=airflow3,
    )


def _not_for_partitions(cron: Cron, start: datetime, end: datetime | None) -> Problem | None:
    """The few schedules whose windows in Dagster are not the intervals of Airflow."""
    if end and not has_plain_days(cron.cron):
        return Problem("TM042", f"the last run of {cron.expression!r} before the end date is not known")
    if end and next(ticks(cron.cron, start - timedelta(seconds=1)), end) > end:
        return Problem("TM042", "the DAG ends before its first run")
    disputes = [t for t in disputed(cron.cron, cron.timezone, start) if not end or t <= end]
    if disputes:
        when = f"on {disputes[0]:%Y-%m-%d} at {disputes[0]:%H:%M}"
        return Problem("TM052", f"the clock of {cron.timezone} is set {when}, where a run would start")
    if any(c.first <= start < c.last for c in changes(cron.timezone, start.year)):
        return Problem("TM052", f"the clock of {cron.timezone} is set at the start date")
    return None


def _ticking(
    dag: Dag, written: str, crons: tuple[str, ...], zone: str, dated: bool, airflow3: bool
) -> Timing | Problem:
    """A schedule without partitions; where a task reads dates, each run is told its tick."""
    several = len(crons) > 1
    expression = repr(list(crons)) if several else f'"{crons[0] if written in LOST_PRESETS else written}"'
    disputes = sorted(t for c in crons for t in disputed(c, zone, local(dag.start_date, zone)))
    notes: tuple[Problem, ...] = ()
    if disputes:
        text = f"the clock of {zone} is set on {disputes[0]:%Y-%m-%d}: Airflow may start at another moment"
        notes = (Problem("TM053", text),)
    if dated and disputes:
        return Problem(
            "TM052", f"the clock of {zone} is set on {disputes[0]:%Y-%m-%d}, where a run would start"
        )
    if dated:
        text = f'at_ticks({{job}}, {expression}, "{zone}"{running(dag)})'
        imports = _imports("at_ticks")
        return Timing(schedule=text, interval=False, airflow3=airflow3, imports=imports, notes=notes)
    text = f'dg.ScheduleDefinition(job={{job}}, cron_schedule={expression}, execution_timezone="{zone}"{running(dag)})'
    return Timing(schedule=text, airflow3=airflow3, notes=notes)


def _crons(dag: Dag, crons: Crons, dated: bool, airflow3: bool) -> Timing | Problem:
    for cron in crons.expressions:
        if refused := _not_for_dagster(cron, Cron(cron).cron, crons.timezone):
            return refused
    if dag.end_date:
        return Problem("TM042", "an end date of several cron expressions has no native form")
    fields = tuple(dict.fromkeys(Cron(cron).cron for cron in crons.expressions))
    return _ticking(dag, fields[0], fields, crons.timezone, dated, airflow3)


# ---------------------------------------------------------------------- fixed distances
def _every(dag: Dag, every: Every, dated: bool, airflow3: bool) -> Timing | Problem:
    """A cron expression where the phase is that of the start date; a sensor that counts for all others."""
    if dag.start_date is None:
        return Problem("TM042", "a distance without a start date has nothing to count from")
    interval = stands_for_interval(every, airflow3=airflow3)
    catchup = makes_up_for(dag.catchup, airflow3=airflow3)
    cron = as_cron(every.seconds, dag.start_date)
    if cron and (catchup or (interval and _on_the_grid(dag.start_date, every.seconds))):
        return _cron(dag, Cron(cron, "UTC", interval), dated, airflow3)
    given = {
        "end": repr(dag.end_date) if dag.end_date else None,
        "interval": None if interval else "False",
        "catchup": None if catchup else "False",
    }
    rest = "".join(f", {name}={value}" for name, value in given.items() if value)
    found = _sensor(dag, "every", f', {_step(every.seconds)}, "{dag.start_date}"{rest}', airflow3)
    return replace(found, interval=interval, imports=(*found.imports, "from datetime import timedelta"))


def _on_the_grid(start_date: str, seconds: float) -> bool:
    """Without catchup Airflow 2 counts from 1970, and not from the start date: the same if that is a multiple."""
    return datetime.fromisoformat(start_date).timestamp() % seconds == 0


def _step(seconds: float) -> str:
    units = (("days", 86400), ("hours", 3600), ("minutes", 60))
    for unit, length in units:
        if seconds % length == 0:
            return f"timedelta({unit}={int(seconds // length)})"
    return f"timedelta(seconds={seconds:g})"


# ---------------------------------------------------------------------- what only a sensor can do
def _once(dag: Dag, airflow3: bool) -> Timing | Problem:
    if dag.start_date is None:
        note = Problem("TM058", "@once without a start date: Airflow never starts it, and nothing does here")
        return Timing(interval=False, airflow3=airflow3, by_hand=True, notes=(note,))
    return _between(dag, "once", airflow3)


def _between(dag: Dag, kind: str, airflow3: bool) -> Timing | Problem:
    """A sensor that works from the start date to the end date."""
    if dag.start_date is None:
        return Problem("TM042", "without a start date Airflow never starts it")
    end = f', end="{dag.end_date}"' if dag.end_date else ""
    return _sensor(dag, kind, f', "{dag.start_date}"{end}', airflow3)


def _sensor(dag: Dag, kind: str, arguments: str, airflow3: bool) -> Timing:
    """A sensor of `runtime/triggers.py`. Off by default, as a schedule is."""
    running = ", default_status=dg.DefaultSensorStatus.RUNNING" if unpaused(dag) else ""
    return Timing(
        sensor=f"{kind}({{job}}{arguments}{running})",
        interval=False,
        airflow3=airflow3,
        imports=_imports(kind),
        notes=(
            Problem("TM054", "a sensor starts it: the Dagster daemon must run, and looks each 30 seconds"),
        ),
    )


def _datasets_or_time(dag: Dag, schedule: OnDatasetsOrTime, airflow3: bool) -> Timing | Problem:
    """A schedule and a sensor start the same job: in Airflow as well neither minds the runs of the other."""
    on_time = timing(replace(dag, schedule=schedule.time), dated=False, airflow3=airflow3)
    on_updates = on_datasets(dag, schedule.datasets, airflow3)
    if isinstance(on_time, Problem) or isinstance(on_updates, Problem):
        return on_time if isinstance(on_time, Problem) else on_updates
    if on_time.partitions or on_time.sensor:
        return Problem("TM040", "updates of datasets start it, or a schedule that has partitions or a sensor")
    imports, notes = (*on_time.imports, *on_updates.imports), (*on_time.notes, *on_updates.notes)
    return replace(on_time, sensor=on_updates.sensor, imports=imports, notes=notes)


def _about_partitions(
    dag: Dag, schedule: OnPartitions | CronPartitions, dated: bool, airflow3: bool
) -> Timing | Problem:
    """In Airflow such a run has no logical date."""
    if dated:
        return Problem("TM041", "a task reads the date of a run that is about a partition of assets")
    if isinstance(schedule, OnPartitions):
        return on_partitions(dag, schedule, airflow3)
    if makes_up_for(dag.catchup, airflow3=airflow3) or dag.end_date:
        return Problem("TM040", "partitions of past dates, or an end of them, have no native form here")
    plain = _cron(dag, schedule.cron, False, airflow3)
    if isinstance(plain, Problem):
        return plain
    text, imports = (
        at_partitions(schedule, running(dag)),
        "from ..runtime.partition_keys import at_partitions",
    )
    notes = (*plain.notes, Problem("TM064", TOLD))
    return Timing(schedule=text, interval=False, airflow3=airflow3, imports=(imports,), notes=notes)


def asks_airflow(schedule: Custom) -> bool:
    """Whether Airflow itself can tell when the next run is due: not where updates or partitions of assets decide."""
    return not any(word in schedule.timetable for word in ("OrTime", "Partition", "Asset", "Dataset"))


def _of_airflow(dag: Dag, schedule: Custom, airflow3: bool) -> Timing:
    """A sensor that asks the timetable in the user's own Airflow."""
    names = f"{dag.dag_id!r}, file={dag.origin.file!r}".replace("{", "{{").replace("}", "}}")
    running = ", default_status=dg.DefaultSensorStatus.RUNNING" if unpaused(dag) else ""
    text = f"{schedule.timetable.rsplit('.', 1)[-1]}: a sensor asks Airflow when it runs; AIRFLOW_PYTHON must be set"
    return Timing(
        sensor=f"airflow_schedule({{job}}, {names}{running})",
        airflow3=airflow3,
        imports=("from .._airflow import airflow_schedule",),
        notes=(Problem("TM061", text),),
    )


# ---------------------------------------------------------------------- pieces
def _imports(name: str) -> tuple[str, ...]:
    return (f"from ..runtime.triggers import {name}",)
