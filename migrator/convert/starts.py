"""What a schedule becomes: when runs start in Dagster, and what a run is about."""

from migrator.convert.problem import Problem
from migrator.ir import Dag, constant
from migrator.record import dataclass


@dataclass(frozen=True)
class Timing:
    """`partitions`, `schedule` and `sensor` are expressions; `{job}` stands for the job in the last two."""

    name: str | None = None  # of the variable that holds the partitions, such as `daily`
    partitions: str | None = None
    schedule: str | None = None
    sensor: str | None = None
    kind: str | None = None  # as the manifest has it: "daily", "cron <expression>"
    interval: bool = True  # False: a point in time, so that the interval's end is its start
    key_is_ds: bool = False  # whether the partition key is the text of `ds`
    airflow3: bool = False  # whose context the tasks get: some names are gone in Airflow 3
    by_hand: bool = False  # nothing but a person starts it
    of_updates: bool = False  # a date is that of the last update; the interval is not known
    imports: tuple[str, ...] = ()  # import lines of `schedule` and `sensor`
    notes: tuple[Problem, ...] = ()


def unpaused(dag: Dag) -> bool:
    """Whether the DAG says that it starts switched on."""
    return constant(dag.args.get("is_paused_upon_creation")) is False


def paused(dag: Dag) -> bool:
    """Whether it says that it starts switched off."""
    return constant(dag.args.get("is_paused_upon_creation")) is True


def running(dag: Dag) -> str:
    """The argument of a schedule that is on; nothing for one that is off, as is usual."""
    return ", default_status=dg.DefaultScheduleStatus.RUNNING" if unpaused(dag) else ""
