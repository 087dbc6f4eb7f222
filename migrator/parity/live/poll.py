"""One look at both systems: compares what both have finished since the last one, and remembers it."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from migrator.manifest import DagEntry
from migrator.parity.compare import Rules, compare
from migrator.parity.live.airflow import OF_SCHEDULE, Airflow
from migrator.parity.live.airflow import Run as AirflowRun
from migrator.parity.live.dagster import Dagster
from migrator.parity.live.dagster import Run as DagsterRun
from migrator.parity.live.intervals import WAITING, Pair, instant, pairs
from migrator.parity.live.memory import Entry, Memory
from migrator.parity.live.outputs import Declared
from migrator.parity.live.status import Interval, Status
from migrator.parity.live.steps import SUCCESS, tasks
from migrator.parity.record import Record
from migrator.parity.result import Item, Result
from migrator.parity.verdict import LEFT_OUT, PASSES, Outcome
from migrator.record import dataclass

VALUES = Item("XComs", Outcome(LEFT_OUT, "GraphQL does not have the values of Dagster's steps"))


@dataclass(frozen=True)
class Watched:
    """One DAG, and what is said about its comparison."""

    dag_id: str
    entry: DagEntry
    rules: Rules
    outputs: Declared


@dataclass(frozen=True)
class Live:
    """The two systems, what is known of them, and from which date on they are looked at."""

    airflow: Airflow
    dagster: Dagster
    memory: Memory
    since: datetime

    def look(self, dag: Watched) -> Status:
        """Compares each finished interval once; one that a side has run again, once more."""
        everything = self.airflow.runs(dag.dag_id, self.since)
        right = self.dagster.runs(dag.entry.job, self.since)
        left = [run for run in everything if run.kind in OF_SCHEDULE]
        found = pairs(left, right, self.airflow.timezone(dag.dag_id))
        known = self.memory.entries(self.airflow.url, dag.dag_id)
        intervals = {start: _known(entry) for start, entry in known.items()}
        for number, pair in enumerate(found):
            start = _utc(pair.left.start)
            if pair.waits_for:
                intervals[start] = Interval(start, _utc(pair.left.end), WAITING, pair.waits_for)
            elif start not in known or known[start].ran != pair.ran:
                intervals[start] = self._compared(dag, pair, _is_newest(found[number + 1 :]))
        return Status(
            dag.dag_id,
            self.airflow.version,
            self.dagster.version,
            tuple(each for start, each in sorted(intervals.items()) if instant(start) >= self.since),
            tuple(_notes(everything, right, found)),
        )

    def _compared(self, dag: Watched, pair: Pair, newest: bool) -> Interval:
        result = self._result(dag, pair, newest)
        at = datetime.now(timezone.utc).isoformat(timespec="seconds")
        start, end = _utc(pair.left.start), _utc(pair.left.end)
        entry = Entry(start, end, pair.ran, result.verdict, at, result.as_json())
        self.memory.keep(self.airflow.url, dag.dag_id, entry)
        return _known(entry)

    def _result(self, dag: Watched, pair: Pair, newest: bool) -> Result:
        day = instant(pair.left.start).astimezone(timezone.utc).date().isoformat()
        with tempfile.TemporaryDirectory(prefix="migrate-live-") as place:
            left, right = self._records(dag, pair, Path(place))
            left = replace(left, outputs=dag.outputs.files(dag.outputs.left, day, newest, left.folder))
            right = replace(right, outputs=dag.outputs.files(dag.outputs.right, day, newest, right.folder))
            found = compare(left, right, dag.rules)
            others = dag.outputs.others(newest, dag.rules)
            unseen = dag.outputs.unseen({*left.outputs, *right.outputs})
        return replace(found, items=(*found.items, *others, *unseen, VALUES))

    def _records(self, dag: Watched, pair: Pair, place: Path) -> tuple[Record, Record]:
        run, interval = pair.left, (_utc(pair.left.start), _utc(pair.left.end))
        last = pair.right[-1]
        steps = self.dagster.steps([each.run_id for each in pair.right])
        left = Record(
            place / "airflow",
            "airflow",
            self.airflow.version,
            dag.dag_id,
            run.run_id,
            interval[0],
            interval,
            run.state,
            tuple(self.airflow.tasks(dag.dag_id, run.run_id)),
        )
        return left, Record(
            place / "dagster",
            "dagster",
            self.dagster.version,
            dag.dag_id,
            last.run_id,
            interval[0],
            interval,
            SUCCESS if last.status == "SUCCESS" else "failed",
            tuple(tasks(dag.entry, steps)),
        )


def _utc(text: str) -> str:
    return instant(text).astimezone(timezone.utc).isoformat()


def _known(entry: Entry) -> Interval:
    return Interval(entry.start, entry.end, entry.verdict, _worst(entry.result), entry.at, entry.result)


def _worst(result: Mapping[str, object]) -> str:
    """The first thing that keeps an interval from being equal, in a line."""
    named = [("", item) for item in _list(result, "items")]
    named += [
        (f"{task['task_id']} ", item) for task in _list(result, "tasks") for item in _list(task, "items")
    ]
    bad = [f"{of}{item['name']}: {item['detail']}" for of, item in named if item["verdict"] not in PASSES]
    return f"{bad[0]}{f' (and {len(bad) - 1} more)' if len(bad) > 1 else ''}" if bad else ""


def _list(told: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    found = told.get(name)
    return found if isinstance(found, list) else []


def _is_newest(later: Sequence[Pair]) -> bool:
    """Whether no later interval has written anything, on either side."""
    return all(pair.left.state == "queued" and not pair.right for pair in later)


def _notes(
    everything: Sequence[AirflowRun], right: Sequence[DagsterRun], found: Sequence[Pair]
) -> Iterator[str]:
    others = [run.run_id for run in everything if run.kind not in OF_SCHEDULE]
    if others:
        yield f"{len(others)} runs of Airflow are not of the schedule, and not compared: {', '.join(others[:3])}"
    taken = {run.run_id for pair in found for run in pair.right}
    if alone := sorted({run.about for run in right if run.run_id not in taken}):
        yield f"Airflow's schedule has no run for {len(alone)} that Dagster has: {', '.join(alone[:3])}"
    if several := sorted({run.about for run in right if "|" in run.about}):
        yield f"partitions of two dimensions are not compared: {', '.join(several[:3])}"
