"""A bar on a terminal while many files are worked on. It has no thread: processes are started meanwhile."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import rich.progress

MANY = 200  # files; a bar for fewer would only flicker
Progress = Callable[[int, int], None]


@contextmanager
def progress(what: str) -> Iterator[Progress | None]:
    """What is told how much is done; None where nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    shown = None

    def told(done: int, total: int) -> None:
        nonlocal shown
        if total < MANY:
            return
        if shown is None:
            shown = _bar(what, total)
        if done % 50 == 0 or done == total:
            shown.update(shown.task_ids[0], completed=done)
            shown.refresh()

    try:
        yield told
    finally:
        if shown is not None:
            shown.stop()


def _bar(what: str, total: int) -> "rich.progress.Progress":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True)
    bar.add_task(what, total=total)
    bar.start()
    return bar
