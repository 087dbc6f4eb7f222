"""One comparison for all marked tests that can share it: both systems start once, however many tests there are."""

import hashlib
import pickle
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from migrator.errors import MigrateError
from migrator.pytest_plugin import DATE, MARK
from migrator.pytest_plugin.asked import RANGE, Asked, Settings, asked, of_mark, settings

if TYPE_CHECKING:
    from migrator.parity.result import Result

Dates = dict[str, tuple[str, ...]]  # by DAG
Found = list["Result"]


@dataclass
class Shared:
    """What has been compared in this session, by what was asked."""

    session: pytest.Session
    found: dict[tuple[Settings, Asked], Found | MigrateError] = field(default_factory=dict)

    def results(self, call: Asked, place: Settings, *, alone: bool) -> Found:
        """Those of the DAG. Unless it is alone, all marks of the session that fit go along."""
        if (place, call) not in self.found:
            self._compare(place, [call] if alone else self._round(call, place))
        found = self.found[place, call]
        if isinstance(found, MigrateError):
            raise found
        return found

    def _round(self, call: Asked, place: Settings) -> list[Asked]:
        """Marks for the same place, each of another DAG: a DAG has one sequence of dates in a comparison."""
        chosen, known = {call.dag: call}, _dags(place)
        if call.dag not in known:  # which is told, and costs nobody else anything
            return [call]
        for item in self.session.items:
            mark = item.get_closest_marker(MARK)
            if mark is None or not (mark.args or mark.kwargs) or item.get_closest_marker("skip"):
                continue
            try:
                other = of_mark(mark)
                fits = (place, other) not in self.found and settings(other, item.config, item.path) == place
            except MigrateError:
                continue  # its own test says what is wrong
            if fits and other.dag in known:
                chosen.setdefault(other.dag, other)
        return list(chosen.values())

    def _compare(self, place: Settings, calls: list[Asked]) -> None:
        calls = sorted(calls, key=lambda each: each.dag)
        dates = {call.dag: call.dates for call in calls}
        try:
            results = _once(self.session.config, place, dates)
        except MigrateError as error:  # the other tests need not wait for the same
            self.found |= {(place, call): error for call in calls}
            return
        for call in calls:
            self.found[place, call] = [result for result in results if result.dag_id == call.dag]


def _dags(place: Settings) -> frozenset[str]:
    from migrator import manifest

    found = manifest.read(place.project)
    return frozenset(found.dags) if found else frozenset()


def _once(config: pytest.Config, place: Settings, dates: Dates) -> Found:
    """With pytest-xdist, the first process that asks compares, and the others wait and read what it found."""
    worker = getattr(config, "workerinput", None)
    if worker is None:
        return _run(place, dates)
    import fcntl

    name = hashlib.sha256(repr((worker["testrunuid"], place, dates)).encode()).hexdigest()[:16]
    folder: Path = config._tmp_path_factory.getbasetemp().parent  # type: ignore[attr-defined]  # of all workers
    kept = folder / f"parity-{name}"
    with open(f"{kept}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            found = _run(place, dates)
            kept.write_bytes(pickle.dumps(found))
        else:
            found = pickle.loads(kept.read_bytes())
    return found


def _run(place: Settings, dates: Dates) -> Found:
    from dataclasses import replace

    from migrator.cli.compare import job_of, needs_packages, with_dagster
    from migrator.parity import runner
    from migrator.parity.dagster_side import Project

    needs_packages()
    project = Project(place.project, with_dagster(place.dagster), place.deployed)
    with tempfile.TemporaryDirectory(prefix="migrate-parity-") as work:
        folder = Path(work).resolve()
        job = job_of(project, place.dags, list(dates), [], place.plan, folder, place.timeout)
        own = {dag_id: list(several) for dag_id, several in dates.items()}
        job = replace(job, own_dates=own, jobs=place.jobs, twice=place.twice, say=print)
        return runner.run(job, list(place.airflows))


SHARED = pytest.StashKey[Shared]()
PARITY = pytest.StashKey["Parity"]()


class Parity:
    """What a test knows of the comparison: `results` of its mark, and a call that compares something else."""

    def __init__(self, item: pytest.Item, shared: Shared) -> None:
        self._item, self._shared = item, shared
        self.results: Found = []

    def __call__(self, dag: str, dates: str | Sequence[str], **more: Any) -> "Found":
        """Compares now, and fails where the systems differ. The same is compared once in a session."""
        with _told():
            call = asked(dag, dates, **more)
            return self._passed(call, call.dates, alone=True)

    def check(self) -> None:
        """What the mark of the test asks for: one date of it, where each is a test."""
        mark = self._item.get_closest_marker(MARK)
        assert mark is not None
        own = getattr(self._item, "callspec", None)
        date = own.params.get(DATE) if own else None
        with _told():
            call = of_mark(mark)
            self.results = self._passed(call, (date,) if date else call.dates, alone=False)

    def _passed(self, call: Asked, dates: tuple[str, ...], *, alone: bool) -> "Found":
        place = settings(call, self._item.config, self._item.path)
        results = self._shared.results(call, place, alone=alone)
        found = results if dates == call.dates else [r for r in results if set(dates) & set(r.dates)]
        if wrong := _wrong(call.dag, dates, found):
            pytest.fail(wrong, pytrace=False)
        return found


@contextmanager
def _told() -> Iterator[None]:
    """What is wrong with a call or its place fails the test with one line, and no traceback of ours."""
    try:
        yield
    except MigrateError as error:
        wrong = pytest.fail.Exception(str(error), pytrace=False)
        raise wrong from None


def _wrong(dag_id: str, dates: tuple[str, ...], found: Found) -> str:
    """The report of what does not pass; empty where all does. A date without a run is no pass."""
    from migrator.parity.verdict import EQUAL
    from migrator.report.comparison import render

    known = {date for result in found for date in result.dates}
    without = [date for date in dates if date not in known and (RANGE not in date or not found)]
    told = [f"{dag_id}: its schedule has no run in {date}, so nothing is compared" for date in without]
    bad = [result for result in found if result.verdict != EQUAL]
    if bad:
        told.insert(0, f"{dag_id}: Airflow and Dagster did not do the same\n\n{render(bad, color=False)}")
    return "\n".join(told)


def parity_of(item: pytest.Item) -> Parity:
    """One for each test."""
    stash = item.session.stash
    shared = stash.setdefault(SHARED, Shared(item.session))
    return item.stash.setdefault(PARITY, Parity(item, shared))
