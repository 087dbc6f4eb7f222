"""A conversion that is wrong on purpose: one line of the converted project is taken out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from migrator.demo.projects import copy
from migrator.emit.diff import unified
from migrator.errors import UsageError

DAG = "order_pipeline"
MODULE = "defs/order_pipeline.py"
LINE = '    orders = orders[orders["status"] == "completed"]\n'  # without it, refunds count as revenue
# And one that somebody takes out one day: the newest version of an order no longer replaces the older ones.
KEPT = 'return newest_last.drop_duplicates(subset=["order_id"], keep="last")'
LOST = "return newest_last"


@dataclass(frozen=True)
class Wrong:
    """`diff` shows what was done to the project."""

    project: Path
    dag_id: str
    diff: str


def make_wrong(project: Path, to: Path) -> Wrong:
    """A copy of the project that counts refunded orders. Raises UsageError when its line is not there any more."""
    copy(project, to)
    path = to / MODULE
    right = path.read_text(encoding="utf-8")
    if right.count(LINE) != 1:
        raise UsageError(f"{path} does not have the line to take out; was it edited?")
    path.write_text(right.replace(LINE, ""), encoding="utf-8")
    return Wrong(to, DAG, unified(MODULE, right, right.replace(LINE, "")))


@contextmanager
def without_newest(project: Path) -> Iterator[None]:
    """The module with a line lost, for a while. Raises UsageError when the line is not there any more."""
    path = project / MODULE
    right = path.read_text(encoding="utf-8")
    if right.count(KEPT) != 1:
        raise UsageError(f"{path} does not have the line to take out; was it edited?")
    path.write_text(right.replace(KEPT, LOST), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(right, encoding="utf-8")
