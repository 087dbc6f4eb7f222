"""What a survey does with one file: takes what is known of it, or has a process read it."""

import json
from pathlib import Path

from migrator.findings import Finding
from migrator.ir import Origin
from migrator.record import dataclass
from migrator.scan.folder import Folder
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


def _key(job: Job) -> str:
    return json.dumps([job.path, job.asked, sorted(job.without), job.refused])


class Known:
    """What earlier surveys have found out, as long as it holds. It is asked before any process is started."""

    def __init__(self, setting: Setting, kept: Path) -> None:
        self.folder = Folder(setting.root)
        self.cache = caches.Cache(kept, setting)

    def __call__(self, job: Job) -> Answer | None:
        """The unit of the job's file; None when it has to be read."""
        key = _key(job)
        kept = self.cache.get(key)
        if kept is None or not self._holds(kept.unit):
            return None
        return Answer(job, kept.unit, key, kept.data if kept.aging else None)

    def _holds(self, unit: Unit) -> bool:
        return all(self.folder.answer(question) == answer for question, answer in unit.asked.items())


class Worker:
    """Reads the files of one survey, and packs them for the cache where there is one."""

    def __init__(self, setting: Setting, packed: bool) -> None:
        self.reader = Reader(setting)
        self.packed = packed

    def __call__(self, job: Job) -> Answer:
        """The unit of the job's file."""
        unit, whole = self._read(job)
        return (
            Answer(job, unit, _key(job), caches.dumps(unit)) if whole and self.packed else Answer(job, unit)
        )

    def _read(self, job: Job) -> tuple[Unit, bool]:
        """The unit, and whether it is what the file holds."""
        try:
            return self.reader.read(job), True
        except MemoryError:  # no fault: the pool says so
            raise
        except Exception as error:  # a fault of ours in one file must not cost the others
            text = f"the scanner itself failed on this file: {type(error).__name__}"
            return Unit(job.path, findings=(row(Finding("SC032", text, Origin(job.path))),)), False
