"""What `migrate demo --full` prints: the steps of the demo, on all DAGs and on services."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from migrator.demo.screen import PATHS, SHOWN, Line, Screen, verdict_of
from migrator.parity.result import FAILED, Result
from migrator.parity.verdict import EQUAL
from migrator.report.comparison import render

if TYPE_CHECKING:
    from migrator.demo.beside import Seen
    from migrator.demo.matches import Match
    from migrator.services.supervisor import Say


class FullScreen(Screen):
    """The same screen, with what is only there on services."""

    paths: Mapping[str, str] = {"shop": "the data", "airflow_dags": "the DAGs, as they are", **PATHS}
    left_out: Mapping[str, str] = {}  # by DAG, why; of all phases

    def generated(self, shop: Path, told: str) -> None:
        """The shop."""
        self._heading("0. data: a shop", "the same bytes for the same number of orders")
        self.console.print(f"{shop}: {told}", soft_wrap=True)

    def lacking(self, all_phases: Mapping[str, str], of_phase: Mapping[str, Mapping[str, str]]) -> None:
        """What is not compared, and why: it is no pass."""
        self._heading("4. compare: both systems, the same data", "real runs, PostgreSQL, S3, dbt and Spark")
        for dag_id, why in all_phases.items():
            self.console.print(f"left out: {dag_id}: {why}", style="yellow", soft_wrap=True)
        for phase, left in of_phase.items():
            for dag_id, why in left.items():
                self.console.print(f"left out in {phase}: {dag_id}: {why}", style="dim", soft_wrap=True)
        self.left_out = all_phases

    @contextmanager
    def one(self, phase: str, steps: int) -> Iterator[Line]:
        """A bar while one match goes on."""
        with self.bars([phase], steps) as lines:
            yield lines[0]

    def matched(self, match: "Match") -> None:
        """One line, which stays."""
        told = ", ".join(f"{count} {verdict}" for verdict, count in Counter(_verdicts(match)).items())
        self.console.print(f"{match.phase}, Airflow {match.airflow}: {told}; {self._since()}")

    @contextmanager
    def side_by_side(self) -> "Iterator[Say]":
        """What the parts say while they start."""
        self._heading("5. side by side: both systems up", "as `migrate up --s3` starts them, on loopback")

        def told(name: str, line: str) -> None:
            self.console.print(f"{name:<28} {line.partition('  user ')[0]}", style="dim", soft_wrap=True)

        yield told
        self.console.print(f"all parts are stopped; {self._since()}")

    def seen(self, each: "Seen") -> None:
        """What was tried."""
        style = "green" if each.well else "red"
        self.console.print(
            Text(f"{each.what}: {each.told} ({each.seconds:.0f} s)", style=style), soft_wrap=True
        )

    def ended(self, found: "list[Match]", seen: "list[Seen]", out: Path) -> int:
        """Both tables, the last words, and the exit status that they mean."""
        self._heading("6. the result", "states, tries, returned and pushed values, files, tables, objects")
        self._all_dags(found)
        table = self._table("side by side", "", "seconds")
        for each in seen:
            style = "green" if each.well else "red"
            took = f"{each.seconds:.0f}" if each.seconds else ""
            table.add_row(each.what, Text(each.told, style=style), took)
        self.console.print(table)
        results = [result for match in found for result in match.results]
        self._show_differing(results)
        if wrong := [each.what for each in seen if not each.well]:
            self._last(f"Not as it should be, side by side: {', '.join(wrong)}.", "red")
        if failed := _failed(results):
            self._last(f"Failed in both systems, which proves nothing: {', '.join(failed)}.", "red")
        self.verdict(results, out)
        return _status(results, seen)

    def _all_dags(self, found: "list[Match]") -> None:
        """A row for each DAG, a column for each phase and Airflow."""
        table = self._table("DAG", *(f"{match.phase}\nAirflow {match.airflow}" for match in found))
        by_match = [{result.dag_id: result for result in match.results} for match in found]
        known = {dag_id for results in by_match for dag_id in results} | set(self.left_out)
        for dag_id in sorted(known):
            cells = [results.get(dag_id) for results in by_match]
            table.add_row(dag_id, *(_cell(each) for each in cells))
        self.console.print(table)

    def _show_differing(self, results: list[Result]) -> None:
        differing = [result for result in results if result.verdict != EQUAL]
        if differing:
            self.console.print(Text.from_ansi(render(differing[:SHOWN], color=self.console.is_terminal)))

    def _since(self) -> str:
        return f"{time.monotonic() - self.began:.0f} s since the start"


def _cell(result: Result | None) -> Text:
    if result is None:
        return Text("-", "dim")
    return Text("both failed", "red") if _failed([result]) else verdict_of(result)


def _failed(results: list[Result]) -> list[str]:
    """DAGs that ended alike, and not well."""
    return [r.dag_id for r in results if r.verdict == EQUAL and r.states != ("success", "success")]


def _verdicts(match: "Match") -> list[str]:
    return [result.verdict for result in match.results]


def _status(results: list[Result], seen: "list[Seen]") -> int:
    """2 when a side could not run, 1 when something is not as it should be."""
    verdicts = {result.verdict for result in results}
    if FAILED in verdicts or not verdicts:
        return 2
    well = verdicts == {EQUAL} and not _failed(results) and all(each.well for each in seen)
    return 0 if well else 1
