"""Both sides of one DAG, on all its dates: run, or kept from an earlier comparison, and compared."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from migrator.parity import kept, outside, record, steadiness
from migrator.parity.compare import compare
from migrator.parity.dagster_side import refused
from migrator.parity.fingerprint import Fingerprints
from migrator.parity.job import Job, rules_of
from migrator.parity.record import Record
from migrator.parity.result import Result
from migrator.parity.sandbox import collect
from migrator.parity.side import CouldNotRun, Moment
from migrator.parity.stations import Legacy, Station

AGAIN = "_again"  # the folder of a side's second run
COMPARING = threading.Lock()  # the engine is one for a process


@dataclass(frozen=True)
class Sides:
    """Those of the DAGs of a comparison with one Airflow. `ended` is called when a side is done, or cannot be."""

    job: Job
    legacy: Legacy
    prints: Fingerprints
    folder: Path
    ended: Callable[[], None]

    @property
    def names(self) -> tuple[str, ...]:
        """What is added to the name of a side: once, or once for each of its two runs."""
        return ("", AGAIN) if self.job.twice else ("",)

    def begun_in(self, dag_id: str) -> str | None:
        """The sandbox that an earlier comparison has run a DAG in: what it has finished holds in that one only."""
        return kept.where_made(self.folder / dag_id / "airflow") if self.job.resume else None

    def results(self, dag_id: str, station: Station) -> list[Result]:
        """A result for each run that the dates of a DAG mean."""
        left: list[Record] = []
        try:
            lefts = [self._airflow(dag_id, station, again) for again in self.names]
            left = lefts[0]
            rights = [self._dagster(dag_id, station, again, left) for again in self.names]
        except CouldNotRun as error:
            return self._could_not_run(dag_id, left, error)
        with COMPARING:
            return self._compared(dag_id, lefts, rights)

    def _airflow(self, dag_id: str, station: Station, again: str) -> list[Record]:
        side = self.folder / dag_id / f"airflow{again}"
        printed = self.prints.of_airflow(dag_id, station.sandbox)

        def make() -> list[Record]:
            with self._watched(station, side), station.sandbox.fresh(side / "sandbox") as here:
                found = self.legacy.run(dag_id, side / kept.RUNS, here, station.sandbox)
                self._say_what_is_one_run(dag_id, found)
                station.sandbox.places.bring_in()
                return self._with_outputs(dag_id, found, here)

        return self._made(dag_id, "Airflow", station, side, printed, make)

    def _dagster(self, dag_id: str, station: Station, again: str, left: list[Record]) -> list[Record]:
        """The records of the intervals that Airflow has run."""
        side, plan = self.folder / dag_id / f"dagster{again}", self.job.plan.dag(dag_id)
        moments = [Moment(each.dates[0], each.interval, each.logical_date, each.first) for each in left]
        printed = self.prints.of_dagster(dag_id, station.sandbox, moments)

        def make() -> list[Record]:
            entries, runs, limit = self.job.manifest.dags, side / kept.RUNS, self.job.timeout
            with self._watched(station, side), station.sandbox.fresh(side / "sandbox") as here:
                found = station.dagster.run(
                    dag_id, entries, moments, runs, conf=plan.conf, cwd=here, timeout=limit
                )
                station.sandbox.places.bring_in()
                return self._with_outputs(dag_id, found, here)

        return self._made(dag_id, "Dagster", station, side, printed, make) if left else []

    def _made(
        self,
        dag_id: str,
        system: str,
        station: Station,
        side: Path,
        printed: str,
        make: Callable[[], list[Record]],
    ) -> list[Record]:
        again = " once more" if side.name.endswith(AGAIN) else ""

        def told() -> list[Record]:
            self.job.say(f"  {dag_id} in {system}{again}")
            return make()

        try:
            records, before = kept.made(
                side, printed, told, where=station.sandbox.folder, resume=self.job.resume
            )
        finally:
            self.ended()
        if before:
            self.job.say(f"  {dag_id} in {system}{again}: finished before, and not run again")
        return records

    def _say_what_is_one_run(self, dag_id: str, found: list[Record]) -> None:
        for each in found:
            if len(each.dates) > 1:
                self.job.say(f"  {dag_id}: {', '.join(each.dates)} mean the same run, which is made once")
        if not found:
            asked = ", ".join(self.job.dates_of(dag_id))
            self.job.say(f"  {dag_id}: its schedule has no run in {asked}, so nothing of it is compared")

    def _with_outputs(self, dag_id: str, records: list[Record], sandbox: Path) -> list[Record]:
        """The files that a sequence of dates has left behind belong to its last record."""
        if not records:
            return []
        globs = self.job.plan.dag(dag_id).outputs
        last = replace(records[-1], outputs=collect(sandbox, globs, records[-1].folder))
        found = [*records[:-1], last]
        for each in found:
            record.write(each)
        return found

    def _compared(self, dag_id: str, lefts: list[list[Record]], rights: list[list[Record]]) -> list[Result]:
        rules = rules_of(self.job.manifest.dags[dag_id], self.job.plan, dag_id)
        by_date = [{each.dates[0]: each for each in records} for records in rights]
        found = []
        for runs in zip(*lefts, strict=True):
            date = runs[0].dates[0]
            others = [known[date] for known in by_date if date in known]
            if len(others) < len(rights):
                why = CouldNotRun(
                    refused(self.folder / dag_id / "dagster" / kept.RUNS, date) or "Dagster: no record"
                )
                found += self._could_not_run(dag_id, [runs[0]], why)
                continue
            result = compare(runs[0], others[0], rules)
            if self.job.twice:
                result = steadiness.judge(result, (runs[0], runs[1]), (others[0], others[1]), rules)
            found.append(replace(result, date=date, dates=runs[0].dates))
        found = [self._with_the_clock(dag_id, rules.names, each) for each in found]
        return [*found[:-1], self._with_what_is_outside(dag_id, rules.names, found[-1])] if found else []

    def _with_the_clock(self, dag_id: str, names: tuple[str, str], result: Result) -> Result:
        """A pass under a clock that stands still says so, and what it did not reach."""
        if self.job.clock is None or result.error is not None:
            return result
        sides = zip(names, ("airflow", "dagster"), strict=True)
        runs = {
            name: [self.folder / dag_id / f"{side}{again}" / kept.RUNS for again in self.names]
            for name, side in sides
        }
        return replace(result, items=(*result.items, self.job.clock.item(runs)))

    def _watched(self, station: Station, side: Path) -> AbstractContextManager[None]:
        """Notes what is written where the plan watches."""
        own = station.sandbox
        return outside.watched(outside.roots(own.plan.watch, own.root, own.folder), side / kept.RUNS)

    def _with_what_is_outside(self, dag_id: str, names: tuple[str, str], last: Result) -> Result:
        """What a sequence of dates has written outside its sandbox belongs to its last result, as its outputs do."""
        runs = [self.folder / dag_id / side / kept.RUNS for side in ("airflow", "dagster")]
        item = outside.item(names, runs)
        return replace(last, items=(*last.items, item)) if item and last.error is None else last

    def _could_not_run(self, dag_id: str, left: list[Record], error: CouldNotRun) -> list[Result]:
        known: list[tuple[tuple[str, ...], tuple[str, str] | None]] = (
            [(each.dates, each.interval) for each in left]
            if left
            else [((date,), None) for date in dict.fromkeys(self.job.dates_of(dag_id))]
        )
        version = self.legacy.version or (left[0].system if left else None)
        return [
            Result(dag_id, interval, version, None, error=str(error), date=dates[0], dates=dates)
            for dates, interval in known
        ]
