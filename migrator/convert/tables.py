"""What a factory is called over: a table of the DAG file where there is one, else the rows written out."""

import ast
from collections.abc import Iterator, Sequence

from migrator.convert.actions import Layout
from migrator.convert.fold import Folded
from migrator.convert.naming import variable
from migrator.convert.source import Source
from migrator.record import dataclass


@dataclass(frozen=True)
class Table:
    """A constant of the module: a list, a tuple or a dict that is written out."""

    name: str
    line: int
    value: object


class Tables:
    """Those of one file. One that is used stays in the module, also where nothing else needs it any more."""

    def __init__(self, source: Source, layout: Layout, taken: set[str]) -> None:
        self.source, self.layout, self.taken = source, layout, taken

    def calls(self, factory: str, folded: Folded, line: int) -> str:
        """The list of what a factory makes: `[load(table) for table in TABLES]`. `line`: it stands after that one."""
        rows = (
            [tuple(ast.literal_eval(text) for text in row) for row in folded.rows] if _plain(folded) else None
        )
        if rows is not None:
            if over := self._over(folded.parameters, rows, line):
                target, arguments, iterated = over
                return f"[{factory}({arguments}) for {target} in {iterated}]"
            if len(folded.parameters) == 1:
                name = folded.parameters[0]
                values = ", ".join(row[0] for row in folded.rows)
                return f"[{factory}({name}) for {name} in ({values})]"
        return f"[{', '.join(f'{factory}({arguments})' for arguments in written_out(folded))},]"

    def _over(
        self, names: Sequence[str], rows: list[tuple[object, ...]], line: int
    ) -> tuple[str, str, str] | None:
        arguments = ", ".join(names)
        if len(names) == 1 and [r[0] for r in rows] == list(range(len(rows))) and type(rows[0][0]) is int:
            return arguments, arguments, f"range({len(rows)})"
        for table in self._tables(line):
            if found := _match(names, rows, table):
                self._keep(table)
                return found
        return None

    def _tables(self, line: int) -> Iterator[Table]:
        for statement in self.source.tree.body:
            if (
                statement.lineno >= line
                or not isinstance(statement, ast.Assign)
                or len(statement.targets) != 1
            ):
                continue
            target = statement.targets[0]
            if not isinstance(target, ast.Name) or self.source.bindings()[target.id] != 1:
                continue
            try:
                value = ast.literal_eval(statement.value)
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                continue
            if isinstance(value, (list, tuple, dict)) and (
                target.id not in self.taken or self._kept(statement)
            ):
                yield Table(target.id, statement.lineno, value)

    def _kept(self, statement: ast.stmt) -> bool:
        return self.layout.actions[(self.source.tree.body.index(statement),)].verb == "keep"

    def _keep(self, table: Table) -> None:
        self.taken.add(table.name)
        for index, statement in enumerate(self.source.tree.body):
            if statement.lineno == table.line:
                self.layout.actions[(index,)].verb = "keep"


def written_out(folded: Folded) -> list[str]:
    """The arguments for each row; by name where there are several, which a reader could not tell apart."""
    if len(folded.parameters) == 1:
        return [row[0] for row in folded.rows]
    named = folded.parameters
    return [", ".join(f"{n}={text}" for n, text in zip(named, row, strict=True)) for row in folded.rows]


def _plain(folded: Folded) -> bool:
    try:
        for row in folded.rows:
            for text in row:
                ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return False
    return True


def _match(names: Sequence[str], rows: list[tuple[object, ...]], table: Table) -> tuple[str, str, str] | None:
    """Target, arguments and iterable of a comprehension over a table that gives these rows."""
    arguments = ", ".join(names)
    value = table.value
    columns = [list(column) for column in zip(*rows, strict=True)]
    if isinstance(value, dict):
        if len(names) == 1 and _equal(columns[0], list(value)):
            return arguments, arguments, table.name
        places = [_place(column, [list(value), list(value.values())]) for column in columns]
        return _targets(names, places, 2, f"{table.name}.items()")
    assert isinstance(value, (list, tuple))
    items = list(value)
    if len(names) == 1 and _equal(columns[0], items):
        return arguments, arguments, table.name
    if not items or len(items) != len(rows):
        return None
    if all(isinstance(item, dict) for item in items):
        return _by_keys(names, columns, items, table.name)
    if all(isinstance(item, (list, tuple)) and len(item) == len(items[0]) for item in items):
        places = [_place(column, [list(c) for c in zip(*items, strict=True)]) for column in columns]
        return _targets(names, places, len(items[0]), table.name)
    return None


def _equal(one: list[object], other: list[object]) -> bool:
    return one == other and [*map(type, one)] == [*map(type, other)]


def _place(column: list[object], candidates: list[list[object]]) -> int | None:
    return next((i for i, candidate in enumerate(candidates) if _equal(column, candidate)), None)


def _targets(
    names: Sequence[str], places: Sequence[int | None], size: int, iterated: str
) -> tuple[str, str, str] | None:
    if None in places or len(set(places)) < len(places):
        return None
    at = {place: name for place, name in zip(places, names, strict=True) if place is not None}
    target = ", ".join(at.get(i, "_") for i in range(size))
    return target, ", ".join(names), iterated


def _by_keys(
    names: Sequence[str], columns: list[list[object]], items: list[dict[object, object]], table: str
) -> tuple[str, str, str] | None:
    shared = [k for k in items[0] if isinstance(k, str) and all(k in item for item in items)]
    keys = [next((k for k in shared if _equal(c, [i[k] for i in items])), None) for c in columns]
    if None in keys:
        return None
    one = variable(table.lower()[:-1] if table.lower().endswith("s") else f"each_{table.lower()}")
    one = f"{one}_" if one in names else one
    return one, ", ".join(f'{one}["{key}"]' for key in keys), table
