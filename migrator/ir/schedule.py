"""What a schedule means, as data. Names and expressions are kept as Airflow has them."""

from datetime import timedelta

from migrator.record import dataclass

PRESETS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@quarterly": "0 0 1 */3 *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}


@dataclass(frozen=True)
class Manual:
    """`schedule=None`: runs only when somebody or something asks."""


@dataclass(frozen=True)
class Cron:
    """A cron expression or preset.

    `interval` says what a run stands for: True, the interval that ends when it starts (Airflow 2, and
    CronDataIntervalTimetable); False, the point in time when it starts (CronTriggerTimetable); None, whatever the
    Airflow that runs it makes of a bare expression (an interval in 2.x, a point in time in 3.x by default).
    """

    expression: str  # as written, so that "@daily" stays "@daily"
    timezone: str = "UTC"
    interval: bool | None = None

    @property
    def cron(self) -> str:
        """The five fields."""
        return PRESETS.get(self.expression, self.expression)


@dataclass(frozen=True)
class Every:
    """A fixed distance, in seconds, counted from the start date. `interval` as in Cron."""

    seconds: float
    interval: bool | None = None


@dataclass(frozen=True)
class Crons:
    """Several cron expressions in one time zone; a run stands for the point in time when any of them starts it."""

    expressions: tuple[str, ...]
    timezone: str = "UTC"


@dataclass(frozen=True)
class Once:
    """`@once`."""


@dataclass(frozen=True)
class Continuous:
    """`@continuous`."""


Condition = str | tuple["Condition", ...]


@dataclass(frozen=True)
class OnDatasets:
    """Runs when datasets (assets, in Airflow 3) were updated; `needs` is "all", "any" or "expression".

    An expression is in `condition`, where the text of the DAG says it: ("any", "a", ("all", "b", "c")).
    `aliases` are those names among them that stand for datasets which tasks add; `watched` is what is updated from
    outside of all DAGs.
    """

    uris: tuple[str, ...]
    needs: str = "all"
    condition: Condition | None = None
    aliases: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()


@dataclass(frozen=True)
class OnDatasetsOrTime:
    """Runs when datasets were updated, and beside that at the times of another schedule."""

    datasets: OnDatasets
    time: Cron | Crons | Every


@dataclass(frozen=True)
class Custom:
    """A timetable of which only the class and the text are known."""

    timetable: str
    source: str


@dataclass(frozen=True)
class OnPartitions(Custom):
    """Runs about one partition each, when the partitions of datasets that it needs were updated (Airflow 3).

    `addresses` are those datasets that the text gives a mapper of their own, in its order.
    """

    datasets: OnDatasets
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class CronPartitions(Custom):
    """Runs about the partition of the moment at which each starts (Airflow 3)."""

    cron: Cron
    key_format: str


@dataclass(frozen=True)
class UnknownSchedule:
    """The reader could not work out the schedule."""

    why: str


Schedule = (
    Manual
    | Cron
    | Crons
    | Every
    | Once
    | Continuous
    | OnDatasets
    | OnDatasetsOrTime
    | Custom
    | UnknownSchedule
)


def stands_for_interval(schedule: Cron | Every, *, airflow3: bool) -> bool:
    """Whether a run is about an interval, and not about a point in time: the one place that decides."""
    return schedule.interval if schedule.interval is not None else not airflow3


def makes_up_for(catchup: bool | None, *, airflow3: bool) -> bool:
    """Whether runs are made for the time since the start date; what a DAG does not say is each Airflow's default."""
    return catchup if catchup is not None else not airflow3


def is_airflow3(version: str | None) -> bool:
    """Whether a version, such as "3.3.2" or "3", is one of Airflow 3; one that is not known is not."""
    return (version or "2").partition(".")[0] == "3"


def schedule_text(schedule: Schedule) -> str | None:
    """The schedule in one text, as near as possible to what Airflow itself shows; None for a manual one."""
    if isinstance(schedule, Manual):
        return None
    if isinstance(schedule, Cron):
        return schedule.expression
    if isinstance(schedule, Crons):
        return ", ".join(schedule.expressions)
    if isinstance(schedule, Every):
        return str(timedelta(seconds=schedule.seconds))
    if isinstance(schedule, OnDatasets):
        return f"{schedule.needs} of {', '.join(schedule.uris)}"
    if isinstance(schedule, OnDatasetsOrTime):
        return f"{schedule_text(schedule.datasets)} or {schedule_text(schedule.time)}"
    if isinstance(schedule, Custom):
        return schedule.source or schedule.timetable
    plain = {Once: "@once", Continuous: "@continuous", UnknownSchedule: "unknown"}
    return plain[type(schedule)]
