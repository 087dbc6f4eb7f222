"""What each process of a survey does with one file: takes what is known of it, or reads it."""

import json
from pathlib import Path

from migrator.findings import Finding
from migrator.ir import Origin
from migrator.record import dataclass
from migrator.survey import cache as caches
from migrator.survey.reading import Job, Reader, Setting
from migrator.survey.unit import Unit, row


@dataclass(frozen=True)
class Answer:
    """`key` and `data` are for the cache, where it should keep the unit."""

    job: Job
    unit: Unit
    key: str = ""
    data: bytes | None = None


class Worker:
    """Reads the files of one survey. `kept` is the folder of the cache; None for none."""

    def __init__(self, setting: Setting, kept: Path | None) -> None:
        self.reader = Reader(setting)
        self.cache = caches.Cache(kept, setting) if kept is not None else None

    def __call__(self, job: Job) -> Answer:
        """The unit of the job's file."""
        if self.cache is None:
            return Answer(job, self._read(job)[0])
        key = json.dumps([job.path, job.asked, sorted(job.without), job.refused])
        kept = self.cache.get(key)
        if kept is not None and self._holds(kept.unit):
            return Answer(job, kept.unit, key, kept.data if kept.aging else None)
        unit, whole = self._read(job)
        return Answer(job, unit, key, caches.dumps(unit) if whole else None)

    def _read(self, job: Job) -> tuple[Unit, bool]:
        """The unit, and whether it is what the file holds."""
        try:
            return self.reader.read(job), True
        except MemoryError:  # no fault: the pool says so
            raise
        except Exception as error:  # a fault of ours in one file must not cost the others
            text = f"the scanner itself failed on this file: {type(error).__name__}"
            return Unit(job.path, findings=(row(Finding("SC032", text, Origin(job.path))),)), False

    def _holds(self, unit: Unit) -> bool:
        folder = self.reader.folder
        return all(folder.answer(question) == answer for question, answer in unit.asked.items())


def worker(setting: Setting, kept: Path | None) -> Worker:
    """What reads one file after another, in a process of its own or not."""
    return Worker(setting, kept)
