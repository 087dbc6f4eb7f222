"""What both sides share: the request to run one DAG for a sequence of dates, and how a side says that it could not."""

from dataclasses import dataclass
from pathlib import Path


class CouldNotRun(Exception):
    """A side did not get as far as a run record. `log` is where it printed what it had to say."""

    def __init__(self, message: str, log: Path | None = None) -> None:
        super().__init__(f"{message} (see {log})" if log else message)


@dataclass(frozen=True)
class Moment:
    """A run that the other side has made: its interval and logical date, as ISO 8601, and the date that was asked for."""

    date: str
    interval: tuple[str, str] | None
    logical_date: str | None
