"""What a schedule means, as data. Names and expressions are kept as Airflow has them."""

from dataclasses import dataclass
from datetime import timedelta

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
class Once:
    """`@once`."""


@dataclass(frozen=True)
class Continuous:
    """`@continuous`."""


@dataclass(frozen=True)
class OnDatasets:
    """Runs when datasets (assets, in Airflow 3) were updated; `needs` is "all", "any" or "expression"."""

    uris: tuple[str, ...]
    needs: str = "all"


@dataclass(frozen=True)
class Custom:
    """A timetable of which only the class and the text are known."""

    timetable: str
    source: str


@dataclass(frozen=True)
class UnknownSchedule:
    """The reader could not work out the schedule."""

    why: str


Schedule = Manual | Cron | Every | Once | Continuous | OnDatasets | Custom | UnknownSchedule


def schedule_text(schedule: Schedule) -> str | None:
    """The schedule in one text, as near as possible to what Airflow itself shows; None for a manual one."""
    if isinstance(schedule, Manual):
        return None
    if isinstance(schedule, Cron):
        return schedule.expression
    if isinstance(schedule, Every):
        return str(timedelta(seconds=schedule.seconds))
    if isinstance(schedule, OnDatasets):
        return f"{schedule.needs} of {', '.join(schedule.uris)}"
    if isinstance(schedule, Custom):
        return schedule.source or schedule.timetable
    plain = {Once: "@once", Continuous: "@continuous", UnknownSchedule: "unknown"}
    return plain[type(schedule)]
