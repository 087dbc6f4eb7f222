"""What both sides share: which run is meant, and how a side says that it could not make it."""

from dataclasses import dataclass
from pathlib import Path

from migrator.findings.redact import redact
from migrator.parity.record import Before


class CouldNotRun(Exception):
    """A side did not get as far as a run record. `log` is where it printed what it had to say."""

    def __init__(self, message: str, log: Path | None = None) -> None:
        told = redact(message)
        super().__init__(f"{told} (see {log})" if log else told)


@dataclass(frozen=True)
class Moment:
    """A run: the date that was asked for, and its interval and logical date as ISO 8601."""

    date: str
    interval: tuple[str, str] | None
    logical_date: str | None
    first: tuple[Before, ...] = ()
