"""Options of `migrate compare` about its runs: which dates, how many at once, how often, and what is kept."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from migrator.cli._options import adding
from migrator.errors import UsageError

if TYPE_CHECKING:
    from rich.progress import Progress

NAMES = ("ranges", "jobs", "self_check", "freeze_time", "fresh")
RANGE = ".."

options = adding(
    [
        click.option(
            "--dates",
            "ranges",
            multiple=True,
            metavar="FIRST..LAST",
            help="All scheduled runs that begin from the first to the last day, both included. Repeatable.",
        ),
        click.option(
            "--jobs",
            type=click.IntRange(1),
            default=1,
            show_default=True,
            help="DAGs that are compared at the same time.",
        ),
        click.option(
            "--self-check",
            is_flag=True,
            help="Run each side twice: what differs from itself is nondeterministic, and no pass.",
        ),
        click.option(
            "--freeze-time",
            is_flag=False,
            flag_value="due",
            metavar="[MOMENT]",
            help="The code of tasks reads one time on both sides: MOMENT, or the end of the run's interval.",
        ),
        click.option(
            "--fresh",
            is_flag=True,
            help="Run everything again, also what an earlier comparison has finished in --work.",
        ),
    ]
)


def take(asked: dict[str, Any]) -> dict[str, Any]:
    """Those of a call, out of all that it has."""
    return {name: asked.pop(name) for name in NAMES}


def all_dates(dates: Sequence[str], ranges: Sequence[str]) -> list[str]:
    """Dates and ranges as the comparison takes them. Raises UsageError for a range that is none."""
    for text in ranges:
        first, dots, last = text.partition(RANGE)
        try:
            known = [datetime.fromisoformat(end.replace("Z", "+00:00")) for end in (first, last)]
        except ValueError as error:
            raise UsageError(f"--dates {text}: not FIRST..LAST, such as 2024-01-01..2024-03-31") from error
        if not dots or known[0].replace(tzinfo=None) > known[1].replace(tzinfo=None):
            raise UsageError(f"--dates {text}: ends before it begins")
    return [*dates, *ranges]


class Told:
    """What a comparison says of its progress: lines on standard error, below them a bar where that is a terminal."""

    def __init__(self, bar: "Progress | None") -> None:
        self._bar = bar

    def say(self, line: str) -> None:
        """A line; on a terminal the bar stays below it."""
        if self._bar is None:
            click.echo(line, err=True)
        else:
            self._bar.console.print(line, markup=False, highlight=False)
            self._bar.refresh()

    def progress(self, done: int, total: int) -> None:
        """How many sides are done."""
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=done, total=total)
            self._bar.refresh()


@contextmanager
def told() -> Iterator[Told]:
    """For the time of a comparison. The bar has no thread: processes are started meanwhile."""
    if not sys.stderr.isatty():
        yield Told(None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("sides done"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True) as bar:
        bar.add_task("sides done", total=None)
        yield Told(bar)
