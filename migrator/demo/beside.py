"""Both systems up side by side, as `migrate up` starts them, and what a team would try there first."""

import json
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from migrator.demo import wrong
from migrator.demo.bundle import SERVED
from migrator.services import operate
from migrator.services.check import Check, Ran, play, run_in_dagster
from migrator.services.dagster import Location
from migrator.services.supervisor import Say, Supervisor
from migrator.services.up import Settings, Stack, stack

CHECKED = (SERVED[0], "refresh_catalog")  # with servers, and without
BACKFILLED, DAYS = "order_analytics", ("2024-01-03", "2024-01-04", "2024-01-05")
BROKEN_DAY = "2024-01-04"  # orders of it were changed more than once
FILES, SENSOR = "order_files", "order_files_landing"
FILE = "landing/file"  # the tag of a run that has its file
FILE_JOBS = (FILES, f"{FILES}_quarantine")
PATTERN = "orders_*_*.csv"


@dataclass(frozen=True)
class Seen:
    """One thing that was tried, what came of it, and whether that is what should have come."""

    what: str
    told: str
    well: bool
    seconds: float = 0.0


@dataclass(frozen=True)
class Platform:
    """All that runs. `look` raises when a part has died, and when somebody wants to leave."""

    made: Stack
    settings: Settings
    look: Callable[[], None]

    @property
    def at(self) -> Location:
        """The converted project; the unchanged DAGs are the other location."""
        return self.made.dagster.locations[0]

    @property
    def data(self) -> Path:
        """What Dagster's side reads and writes."""
        return self.settings.work / "dagster" / "sandbox"

    def check(self, dag_id: str, date: str | None = None) -> Check:
        """A run to wait for."""
        return Check(dag_id, date, look=self.look)


@contextmanager
def platform(settings: Settings, told: Say) -> Iterator[Platform]:
    """Both systems, healthy; partners have sent nothing to Dagster's side yet."""
    with stack(settings) as made:
        told("storage", made.storage)
        sent = settings.work / "sent"
        shutil.rmtree(sent, ignore_errors=True)
        shutil.move(settings.work / "dagster" / "sandbox" / "landing", sent)
        logs = settings.work / "logs"
        with Supervisor(made.services, logs, os.environ, told) as supervisor:
            if not supervisor.start():
                raise KeyboardInterrupt
            yield Platform(made, settings, supervisor.look_and_leave)


def tried(on: Platform) -> Iterator[Seen]:
    """Each thing, as soon as it is known. The sensor works meanwhile."""
    began = time.monotonic()
    sent = _send(on)
    operate.switch_on(on.made.dagster, on.at, SENSOR)
    yield from _checked(on)
    yield _backfilled(on)
    yield from _broken(on)
    yield from _landed(on, sent, began)


def _checked(on: Platform) -> Iterator[Seen]:
    """What `migrate up --check` does: the same DAG in Airflow and in both phases."""
    dag_id = CHECKED[0] if on.made.left_out is None else CHECKED[1]
    ran: list[Ran] = play(on.made.airflow, on.made.dagster, on.check(dag_id, "2024-03-30"), lambda _: None)
    for each in ran:
        yield Seen(
            f"migrate up --check: {dag_id}", f"{each.system}: {each.state.lower()}", each.well, each.seconds
        )


def _backfilled(on: Platform) -> Seen:
    began = time.monotonic()
    _, status = operate.backfill(
        on.made.dagster, on.at, BACKFILLED, list(DAYS), on.check(f"{BACKFILLED} on {len(DAYS)} days")
    )
    well = status in ("COMPLETED", "COMPLETED_SUCCESS")
    told = f"{DAYS[0]} to {DAYS[-1]}: {status.lower()}"
    return Seen(f"backfill: {BACKFILLED}", told, well, time.monotonic() - began)


def _broken(on: Platform) -> Iterator[Seen]:
    """A line of the code goes, and the check of the table stops the run; the line comes back, and it passes."""
    dagster, at, check = on.made.dagster, on.at, on.check(wrong.DAG)
    with wrong.without_newest(at.project):
        operate.take_in(dagster, at)
        failed = run_in_dagster(dagster, at, wrong.DAG, check, BROKEN_DAY)
        said = operate.failed_checks(dagster, failed.run_id)
        told = f"{failed.state.lower()}, stopped by {'; '.join(said) or 'no check'}"
        well = failed.state == "FAILURE" and len(said) > 0
        yield Seen(f"a line of {wrong.DAG} is lost", told, well, failed.seconds)
    operate.take_in(dagster, at)
    right = run_in_dagster(dagster, at, wrong.DAG, check, BROKEN_DAY)
    yield Seen("the line is back", right.state.lower(), right.well, right.seconds)


def _send(on: Platform) -> list[str]:
    """Partners' files arrive at once; their names."""
    landing = on.data / "landing"
    landing.mkdir()
    files = chosen(on.settings.work / "sent")
    for path in files:
        shutil.copy(path, landing / path.name)
    return [path.name for path in files]


def chosen(sent: Path) -> list[Path]:
    """Files of the day on which partners sent most, and one that is only half there."""
    paths = sorted(sent.glob(PATTERN))
    days = Counter(path.name.split("_")[1] for path in paths)
    ((most, _),) = days.most_common(1)
    half = next(path for path in paths if (text := path.read_bytes()) and not text.endswith(b"\n"))
    return sorted({half, *(path for path in paths if path.name.split("_")[1] == most)})


def _landed(on: Platform, sent: list[str], began: float) -> Iterator[Seen]:
    """Every file is in exactly one place: it had a run of its day, or lies in the quarantine with a reason."""

    def ended() -> list[operate.Run] | None:
        runs = operate.runs_of(on.made.dagster, FILE_JOBS)
        return runs if len(runs) >= len(sent) and all(run.ended for run in runs) else None

    runs = on.check(FILES).until(f"the runs of {len(sent)} files", ended)
    aside = _reasons(on.data / "quarantine")
    taken = sorted(run.tags[FILE] for run in runs if run.tags.get(FILE) not in aside)
    well = sorted([*taken, *aside]) == sent and all(run.state == "SUCCESS" for run in runs) and len(aside) > 0
    seconds = time.monotonic() - began
    yield Seen(f"landing zone: {len(sent)} files", f"one run each: {', '.join(taken)}", well, seconds)
    for name, reason in aside.items():
        yield Seen("quarantined", f"{name}: {reason}", True)


def _reasons(quarantine: Path) -> dict[str, str]:
    """By file that was put aside, which lies beside its reason."""
    told = sorted(quarantine.glob("*.reason.json"))
    read = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in told
        if path.with_suffix("").with_suffix("").exists()
    ]
    return {each["file"]: each["reason"] for each in read}
