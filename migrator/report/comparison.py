"""The result of a comparison for a terminal: a table for each run, and the first rows that differ."""

import io
from typing import TYPE_CHECKING

from migrator.parity.result import FAILED, Item, Result
from migrator.parity.verdict import (
    DIFFERENT,
    EQUAL,
    EXTRA,
    LEFT_OUT,
    MISSING,
    NONDETERMINISTIC,
    NOT_COMPARABLE,
    WITHIN,
    RowPair,
)

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

STYLES = {
    EQUAL: "green",
    WITHIN: "green",
    LEFT_OUT: "dim",
    DIFFERENT: "bold red",
    MISSING: "bold red",
    EXTRA: "bold red",
    NOT_COMPARABLE: "bold yellow",
    NONDETERMINISTIC: "bold yellow",
    FAILED: "bold red",
}
WIDTH = 140  # of a report that goes into a file
CELL = 60  # characters of a value in a row


def render(results: list[Result], *, color: bool) -> str:
    """The whole report as text."""
    from rich.console import Console

    out = io.StringIO()
    console = Console(
        file=out,
        force_terminal=color,
        no_color=not color,
        width=None if color else WIDTH,
        highlight=False,
        soft_wrap=False,
    )
    for result in results:
        _print(console, result)
    _summary(console, results)
    return out.getvalue()


def _print(console: "Console", result: Result) -> None:
    from rich.text import Text

    title = Text(f"{result.dag_id} {_when(result)} ", style="bold")
    title.append(result.verdict, style=STYLES[result.verdict])
    if result.airflow or result.dagster:
        title.append(f"  Airflow {result.airflow or '?'} | Dagster {result.dagster or '?'}", style="dim")
    console.print(title)
    if result.error is not None:
        console.print(Text(f"  {result.error}"))
        return
    console.print(_table(result))
    for task in result.tasks:
        for item in task.items:
            _rows(console, f"{task.name} {item.name}", item, result.names)
    for item in result.items:
        _rows(console, item.name, item, result.names)
    for task_id, why in sorted(result.left_out.items()):
        console.print(Text(f"  left out: {task_id}: {why}", style="dim"))
    console.print()


def _when(result: Result) -> str:
    return f"[{result.interval[0]}, {result.interval[1]})" if result.interval else result.date or ""


def _table(result: Result) -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("task", *result.names, "compared", "verdict", "detail"):
        table.add_column(heading, overflow="fold")
    _add(table, ("the run", *result.states), result.items)
    for task in result.tasks:
        _add(table, (task.name, *task.states), task.items)
    return table


def _add(table: "Table", start: tuple[str | None, ...], items: tuple[Item, ...]) -> None:
    """A line for each item; what a task is and how it ended stands once."""
    from rich.text import Text

    first = [Text(text or "-") for text in start]
    for number, item in enumerate(items):
        cells = first if number == 0 else [Text("")] * len(first)
        verdict = Text(item.outcome.verdict, style=STYLES[item.outcome.verdict])
        table.add_row(*cells, Text(item.name), verdict, Text(item.outcome.detail))


def _rows(console: "Console", title: str, item: Item, names: tuple[str, str]) -> None:
    """The first rows that differ: both sides below each other, with the cells that differ marked; likely causes."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    _columns(console, title, item)
    for hint in item.outcome.hints:
        console.print(Text(f"  {title}: likely cause: {hint}", style="bold"))
    if not item.outcome.rows:
        return
    columns = list(dict.fromkeys(c for row in item.outcome.rows for c in (row.left or row.right or {})))
    table = Table(
        title=Text(f"{title}: first rows that differ"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for heading in ("side", *columns):
        table.add_column(Text(heading), overflow="fold")
    for row in item.outcome.rows:
        table.add_row(Text(names[0]), *_cells(row, row.left, columns))
        table.add_row(Text(names[1]), *_cells(row, row.right, columns), end_section=True)
    console.print(table)


def _columns(console: "Console", title: str, item: Item) -> None:
    """Per column in which something differs: how often, and by how much at most."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    if not item.outcome.columns:
        return
    table = Table(title=Text(f"{title}: columns"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("column", "equal", "within tolerance", "different", "largest difference", "relative"):
        table.add_column(heading, justify="left" if heading == "column" else "right")
    for column in item.outcome.columns:
        gaps = ("" if gap is None else f"{gap:g}" for gap in (column.most, column.most_relative))
        counts = (str(count) for count in (column.equal, column.within, column.different))
        table.add_row(Text(column.name), *counts, *gaps)
    console.print(table)


def _cells(row: RowPair, values: object, columns: list[str]) -> "list[Text]":
    from rich.text import Text

    if not isinstance(values, dict):
        return [Text("(no such row)", style="bold red"), *[Text("")] * (len(columns) - 1)]
    cells = []
    for column in columns:
        text = values.get(column, "")
        text = text if len(text) <= CELL else text[:CELL] + "…"
        # The mark is text as well as colour: a report in a file has none.
        cells.append(Text(f"*{text}*", style="bold red") if column in row.differing else Text(text))
    return cells


def _summary(console: "Console", results: list[Result]) -> None:
    counts: dict[str, int] = {}
    for result in results:
        counts[result.verdict] = counts.get(result.verdict, 0) + 1
    parts = [f"{count} {verdict}" for verdict, count in sorted(counts.items())]
    items = [item for result in results for item in result.all_items]
    console.print(f"{len(results)} runs: {', '.join(parts)}; {len(items)} values compared")
