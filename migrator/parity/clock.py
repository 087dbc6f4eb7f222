"""`--freeze-time`: both sides read one clock, which stands still for the code of their tasks.

What stops it is `worker/migrate_clock.py`, in each process that runs tasks. Without a moment the clock shows when the
run was due, the end of its data interval; with one, that moment in all runs.
"""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from migrator.errors import UsageError
from migrator.parity.result import Item
from migrator.parity.verdict import LEFT_OUT, Outcome

CODE = Path(__file__).parent / "worker" / "migrate_clock.py"
VARIABLE = "MIGRATE_CLOCK"
NOTES = "clock.jsonl"  # beside the records of a side: what did not stand still
DUE = "due"  # on the command line, for no moment
PATIENCE = 120  # seconds for an interpreter to say whether its clock can be stopped


@dataclass(frozen=True)
class Clock:
    """One that stands still. `moment`: ISO 8601 with a zone; empty for the end of each run's interval."""

    moment: str = ""

    def environment(self, notes: Path | None = None) -> dict[str, str]:
        """What a process that runs tasks is told."""
        told = {VARIABLE: str(CODE), "MIGRATE_FREEZE_TIME": self.moment}
        return {**told, **({"MIGRATE_CLOCK_NOTES": str(notes.resolve())} if notes else {})}

    def check(self, python: str) -> None:
        """Raises UsageError for an interpreter whose clock cannot be stopped."""
        try:
            done = subprocess.run(
                [python, "-I", str(CODE)], capture_output=True, text=True, timeout=PATIENCE, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise UsageError(f"--freeze-time: {python} cannot be asked: {error}") from error
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:]
            raise UsageError(": ".join([f"--freeze-time: {python}", *last]))

    def item(self, sides: Mapping[str, list[Path]]) -> Item:
        """What the report says of it. `sides`: the folders of records, by name of the side."""
        when = f"at {self.moment}" if self.moment else "at the end of the run's interval"
        found: dict[str, dict[str, set[str]]] = {}
        for side, folders in sides.items():
            for folder in folders:
                for task, what in _notes(folder / NOTES):
                    found.setdefault(what, {}).setdefault(side, set()).add(task)
        return Item("clock", Outcome(LEFT_OUT, "; ".join([f"frozen {when}", *_told(found)])))


def _told(found: Mapping[str, Mapping[str, set[str]]]) -> list[str]:
    texts = []
    for what, by_side in sorted(found.items()):
        where = "; ".join(f"{side}: {', '.join(sorted(tasks))}" for side, tasks in by_side.items())
        texts.append(f"not frozen: {what} ({where})")
    return texts


def _notes(path: Path) -> list[tuple[str, str]]:
    if not path.exists():
        return []
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(str(line["task"]), str(line["what"])) for line in lines]


def asked(text: str | None) -> Clock | None:
    """What `--freeze-time` says. Raises UsageError for a moment without a zone."""
    if text is None:
        return None
    if text == DUE:
        return Clock()
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise UsageError(f"--freeze-time {text}: not a moment such as 2024-01-04T06:00:00Z") from error
    if moment.tzinfo is None:
        raise UsageError(f"--freeze-time {text}: in which time zone? Write 2024-01-04T06:00:00Z or +02:00")
    return Clock(moment.isoformat())


def check_project(folder: Path) -> None:
    """Raises UsageError for a project whose tasks in Airflow would read the real time: an earlier version wrote it."""
    for probe in folder.rglob("airflow_probe.py"):
        if VARIABLE not in probe.read_text(encoding="utf-8"):
            raise UsageError(f"--freeze-time: {probe} is of an earlier version; convert or import it again")
