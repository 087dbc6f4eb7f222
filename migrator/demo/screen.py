"""What the demo prints: a heading for each step, what came out of it, and the table of who did the same."""

import io
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from migrator.demo.bundle import LEFT_OUT, SERVED
from migrator.parity.result import Result
from migrator.parity.verdict import EQUAL
from migrator.report import scan_table
from migrator.report.comparison import STYLES, render

if TYPE_CHECKING:
    from migrator.demo import Settings
    from migrator.demo.matches import Match
    from migrator.demo.projects import Written
    from migrator.demo.wrong import Wrong
    from migrator.survey import Survey

WIDTH = 110  # where the output is no terminal
SHOWN = 1  # differing runs that are shown in full; all are in the report

PATHS = {
    "phase_one": "phase 1: the DAGs unchanged, as Dagster jobs",
    "dagster_project": "phase 2: the converted project; edit it and run the demo again",
    "report.txt": "every value that was compared",
    "results.json": "the same, for programs",
    "runs": "what both sides left behind",
}


@dataclass
class Line:
    """The progress of one match; called with the lines of the runner."""

    progress: Progress
    task: TaskID
    name: str
    steps: int = 0

    def __call__(self, told: str) -> None:
        """A line that begins with a blank is a step that begins; the others say which Airflow it is."""
        if not told.startswith(" "):
            self.progress.start_task(self.task)
            self.progress.update(self.task, description=f"{self.name}, {told.split(':')[0]}")
            return
        self.progress.update(self.task, completed=self.steps, now=told.strip())
        self.steps += 1

    def end(self, failed: bool) -> None:
        """The match is over."""
        self.progress.update(self.task, completed=self.steps, now="could not run" if failed else "done")
        self.progress.stop_task(self.task)


class Screen:
    """Prints to a terminal or a file; `console` is for tests."""

    paths: Mapping[str, str] = PATHS  # what is in the folder, for the last words

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        if not self.console.is_terminal:
            self.console.width = WIDTH
        self.began = time.monotonic()

    def start(self, settings: "Settings") -> None:
        """What is going to happen, and where."""
        self.console.print(
            f"The bundled DAGs, from Airflow to Dagster. All that is written goes to {settings.out}"
        )

    def scanned(self, survey: "Survey") -> None:
        """What is there, and what will become of it."""
        self._heading("1. scan: what is there", "no line of a DAG file is run")
        out = io.StringIO()
        scan_table.write(survey, out, color=self.console.is_terminal, width=self.console.width)
        self.console.print(Text.from_ansi(out.getvalue()))

    def imported(self, first: "Written") -> None:
        """Phase 1."""
        self._heading("2. import: phase 1", "each DAG as a Dagster job today; its file is not changed")
        self._written(first)

    def converted(self, second: "Written") -> None:
        """Phase 2."""
        self._heading("3. convert: phase 2", "native assets and ops, as code to review")
        table = self._table("DAG", "Airflow task", "Dagster", "")
        for dag_id, entry in sorted(second.manifest.dags.items()):
            for task_id, task in entry.tasks.items():
                what = (
                    f"asset {'/'.join(task.asset_key)}"
                    if task.asset_key
                    else f"op {task.op}"
                    if task.op
                    else "-"
                )
                table.add_row(dag_id, task_id, what, task.disposition)
                dag_id = ""
        self.console.print(table)
        self._written(second)

    def broken(self, wrong: "Wrong") -> None:
        """What was made wrong on purpose."""
        self._heading("--break", "a line of the conversion is lost: refunded orders now count as revenue")
        self.console.print(Syntax(wrong.diff, "diff", background_color="default"))

    @contextmanager
    def running(self, names: list[str], steps: int) -> Iterator[list[Line]]:
        """A bar for each match."""
        self._heading("4. compare: both systems, the same data", "real runs, in Airflow and in Dagster")
        with self.bars(names, steps) as lines:
            yield lines

    @contextmanager
    def bars(self, names: list[str], steps: int) -> Iterator[list[Line]]:
        """The same without a heading."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, TextColumn("{task.fields[now]}"), console=self.console) as progress:
            tasks = [progress.add_task(name, start=False, total=steps, now="waits") for name in names]
            yield [Line(progress, task, name) for task, name in zip(tasks, names, strict=True)]

    def compared(self, found: "list[Match]") -> None:
        """The table of verdicts, and the first run that differs in full."""
        self._heading("5. the result", "states, tries, returned and pushed values, written files")
        table = self._table("DAG", "date", *(f"{match.phase}\nAirflow {match.airflow}" for match in found))
        for row in zip(*(match.results for match in found), strict=True):
            table.add_row(row[0].dag_id, str(row[0].date), *map(verdict_of, row))
        self.console.print(table)
        self.console.print(
            f"Converted, and not run here, as they need a database and a bucket: {', '.join(SERVED)}."
        )
        self.console.print(f"Left out, as they need dbt and Spark: {', '.join(LEFT_OUT)}.")
        differing = [result for match in found for result in match.results if result.verdict != EQUAL]
        if differing:
            self.console.print(Text.from_ansi(render(differing[:SHOWN], color=self.console.is_terminal)))

    def verdict(self, results: list[Result], out: Path) -> None:
        """The last words, when nothing was broken on purpose."""
        counts = Counter(result.verdict for result in results)
        items = sum(len(result.all_items) for result in results)
        if set(counts) == {EQUAL}:
            self._last(
                f"Both systems did the same: {len(results)} runs, {items} values compared, all equal.",
                "green",
            )
        else:
            told = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
            self._last(f"The two systems did not do the same: {len(results)} runs, {told}.", "red")
        self._paths(out)

    def caught(self, caught: bool, wrong: "Wrong", out: Path) -> None:
        """The last words, when a line was taken out."""
        if caught:
            self._last(
                f"Caught: the wrong conversion of {wrong.dag_id} does not pass, and all others do.", "green"
            )
        else:
            self._last("Not caught: the comparison did not find what was made wrong, or found more.", "red")
        self._paths(out)

    # ------------------------------------------------------------------ parts
    def _heading(self, what: str, more: str) -> None:
        self.console.print()
        self.console.print(Text.assemble((what, "bold"), ("  " + more, "dim")))

    def _table(self, *headings: str) -> Table:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for heading in headings:
            table.add_column(heading, overflow="fold")
        return table

    def _written(self, project: "Written") -> None:
        counts = Counter(finding.severity for finding in project.findings)
        told = ", ".join(f"{count} {severity}" for severity, count in sorted(counts.items())) or "none"
        self.console.print(f"{project.folder}: verified, Dagster loads it; findings: {told}", soft_wrap=True)
        for path in project.kept:
            self.console.print(
                f"kept, as it was edited: {project.folder / path}", style="yellow", soft_wrap=True
            )

    def _last(self, text: str, style: str) -> None:
        self.console.print()
        self.console.print(Text(text, style=f"bold {style}"))

    def _paths(self, out: Path) -> None:
        table = Table(box=None, pad_edge=False, show_header=False)
        for name, what in self.paths.items():
            table.add_row(str(out / name), Text(what, style="dim"))
        self.console.print(table)
        self.console.print(f"{time.monotonic() - self.began:.0f} seconds", style="dim")


def verdict_of(result: Result) -> Text:
    """A cell of a table: the verdict, and of how many values."""
    count = f" ({len(result.all_items)})" if result.all_items else ""
    return Text(result.verdict + count, style=STYLES[result.verdict])
