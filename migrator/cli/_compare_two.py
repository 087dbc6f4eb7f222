"""`migrate compare A B`: two files, folders, globs, tables, queries or run records; nothing is run."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from migrator.cli._options import adding
from migrator.errors import UsageError

if TYPE_CHECKING:
    from migrator.parity.result import Result
    from migrator.parity.tolerance import Tolerance
    from migrator.parity.verdict import How

RECORD = "record.json"
SIZE = re.compile(r"\d+(\.\d+)? ?[KMGT]i?B", re.I)

options = adding(
    [
        click.option(
            "--key",
            "keys",
            multiple=True,
            metavar="COLUMN",
            help="A B: what tells rows apart. Repeatable.  [default: inferred]",
        ),
        click.option(
            "--tolerance",
            "tolerances",
            multiple=True,
            metavar="COLUMN=GAP",
            help="A B: abs:0.01, rel:1e-9 or ulp:4, or several with commas. Repeatable.  [default: exact]",
        ),
        click.option(
            "--ignore", "ignored", multiple=True, metavar="COLUMN", help="A B: not compared. Repeatable."
        ),
        click.option(
            "--rename",
            "renamed",
            multiple=True,
            metavar="OLD=NEW",
            help="A B: a column's name in A and in B. Repeatable.",
        ),
        click.option("--ordered", is_flag=True, help="A B: the order of rows and columns counts."),
        click.option(
            "--rows", type=click.IntRange(0), default=10, show_default=True, help="A B: rows that are shown."
        ),
        click.option(
            "--memory",
            default="2GB",
            show_default=True,
            help="A B: of tables; what is larger goes through the disk.",
        ),
        click.option(
            "--spark",
            metavar="URL",
            help="A B: read by Spark, which compares them but for the rows that differ: sc://HOST:PORT, local[*], "
            "spark://HOST:PORT. A and B are then paths, FORMAT:PATH, tables or queries of it.",
        ),
    ]
)
PLAIN = {"rows": 10, "memory": "2GB"}


def both(places: tuple[str, ...], records: tuple[Path, Path] | None) -> tuple[str, str] | None:
    """The two things to compare, or None. Raises UsageError for more."""
    if records:
        if places:
            raise UsageError("--records A B stands alone")
        return str(records[0]), str(records[1])
    if len(places) > 2:
        raise UsageError(
            f"{len(places)} things were given; a glob stands in quotes, so that the shell leaves it"
        )
    return (places[0], places[1]) if len(places) == 2 else None


def refuse(asked: Mapping[str, Any]) -> None:
    """Raises UsageError for options that only `compare A B` has; for whole DAGs the plan says such things."""
    given = sorted(name for name, value in asked.items() if value and value != PLAIN.get(name))
    if given:
        raise UsageError(f"{', '.join(given)}: an option of `compare A B`; for DAGs the plan has `compare:`")


def compare(left: str, right: str, asked: Mapping[str, Any], plan: Path | None) -> "list[Result]":
    """The results: one, whose items are what was compared."""
    if plan is not None:
        raise UsageError("--plan is for DAGs; `compare A B` has options for what a plan says")
    how = _how(asked)
    if asked["spark"]:
        return [_on_spark(left, right, how, asked["spark"])]
    if all((Path(each) / RECORD).is_file() for each in (left, right)):
        return [_records(Path(left), Path(right), how)]
    from migrator.parity import sources
    from migrator.parity.result import Item, Result

    one, two = sources.read(left), sources.read(right)
    label = f"{_safe(left)} | {_safe(right)}"
    found = sources.compare(one, two, how)
    items = tuple(Item(name or "the whole", outcome) for name, outcome in found)
    return [Result(label, None, None, None, items=items, names=how.names)]


def _on_spark(left: str, right: str, how: "How", url: str) -> "Result":
    from migrator.parity import spark
    from migrator.parity.result import Item, Result

    items = (Item("the whole", spark.compare(left, right, how, url)),)
    return Result(f"{_safe(left)} | {_safe(right)}", None, None, None, items=items, names=how.names)


def _safe(text: str) -> str:
    """An address without its password."""
    from migrator.findings.redact import redact

    return redact(text)


def _records(left: Path, right: Path, how: "How") -> "Result":
    from migrator.parity import record
    from migrator.parity.compare import Rules, compare

    keys = {"*": how.key} if how.key else {}
    rules = Rules(keys, how.ignore_columns, how.tolerance, rename=how.rename, ordered=how.ordered)
    return compare(record.read(left), record.read(right), rules)


def _how(asked: Mapping[str, Any]) -> "How":
    from migrator.parity.verdict import How

    if not SIZE.fullmatch(asked["memory"]):
        raise UsageError(f"--memory needs a size such as 2GB, not {asked['memory']!r}")
    return How(
        tuple(asked["keys"]),
        frozenset(asked["ignored"]),
        {column: _gap(column, text) for column, text in _pairs("--tolerance", asked["tolerances"])},
        asked["rows"],
        ("A", "B"),
        dict(_pairs("--rename", asked["renamed"])),
        asked["ordered"],
        asked["memory"],
    )


def _pairs(option: str, given: tuple[str, ...]) -> list[tuple[str, str]]:
    parts = [text.rpartition("=") for text in given]
    for name, sign, value in parts:
        if not (name and sign and value):
            raise UsageError(
                f"{option} needs COLUMN={'NEW' if option == '--rename' else 'GAP'}, not {name or value!r}"
            )
    return [(name, value) for name, _, value in parts]


def _gap(column: str, text: str) -> "Tolerance":
    from migrator.parity.tolerance import parse

    try:
        return parse(text)
    except ValueError as error:
        raise UsageError(f"--tolerance {column}={text}: {error}") from error
