"""Which run of Airflow and which runs of Dagster are about the same interval, and how far both of them are."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from migrator.parity.live import airflow, dagster
from migrator.record import dataclass

WAITING = "waiting"


@dataclass(frozen=True)
class Pair:
    """One interval of Airflow's schedule, with what Dagster did about it: all its runs, oldest first."""

    left: airflow.Run
    right: tuple[dagster.Run, ...] = ()

    @property
    def waits_for(self) -> str:
        """What has not finished, in words; "" when both have."""
        if not self.left.finished:
            return f"Airflow's run is {self.left.state}"
        if not self.right:
            return "Dagster has no run of it"
        running = [run.status for run in self.right if not run.finished]
        return f"Dagster's run is {running[-1].lower()}" if running else ""

    @property
    def ran(self) -> str:
        """Changes when either side has run the interval again."""
        told = [self.left.run_id, self.left.ended, *(f"{run.run_id} {run.ended}" for run in self.right)]
        return "\n".join(told)


def instant(text: str) -> datetime:
    """Of ISO 8601, also with a Z at its end."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def names(start: str, zone: str) -> set[str]:
    """What Dagster can call the partition that begins then: `2024-01-03`, or with the time `2024-01-03-06:00`."""
    try:
        local = instant(start).astimezone(ZoneInfo(zone))
    except ZoneInfoNotFoundError:  # Airflow calls an offset a zone as well
        local = instant(start)
    return {local.strftime("%Y-%m-%d"), local.strftime("%Y-%m-%d-%H:%M"), local.strftime("%Y-%m-%d-%H:%M:%S")}


def pairs(left: Iterable[airflow.Run], right: Sequence[dagster.Run], zone: str) -> list[Pair]:
    """The intervals that the schedule of Airflow made, in their order."""
    by_key: dict[str, list[dagster.Run]] = {}
    for run in right:
        by_key.setdefault(_key(run.about), []).append(run)
    found = []
    for each in sorted(left, key=lambda run: instant(run.start)):
        keys = {*names(each.start, zone), _key(each.start)}
        found.append(Pair(each, tuple(run for key in sorted(keys) for run in by_key.get(key, ()))))
    return found


def _key(about: str) -> str:
    """A logical date as an instant, so that two spellings of it are one; a partition's key as it is."""
    if "T" not in about:
        return about
    try:
        return str(instant(about).timestamp())
    except ValueError:
        return about
