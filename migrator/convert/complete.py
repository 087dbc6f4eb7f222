"""Whether a new module has all the names that it reads: a step without its helper would fail in its first run."""

import builtins
import symtable
from collections.abc import Iterator

ALWAYS = frozenset({*dir(builtins), "__file__", "__name__", "__doc__", "__builtins__", "__annotations__"})


def missing(text: str, original: str) -> list[str]:
    """The names that a module reads and nothing in it sets, but for those that the DAG file does not set either."""
    return [] if "import *" in text else sorted(_unset(text) - _unset(original))


def _unset(text: str) -> set[str]:
    table = symtable.symtable(text, "module", "exec")
    known = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    read: set[str] = set()
    for one in _all(table):
        for symbol in one.get_symbols():
            if symbol.is_declared_global() and symbol.is_assigned():
                known.add(symbol.get_name())
            if symbol.is_referenced() and (symbol.is_global() or one is table):
                read.add(symbol.get_name())
    return read - known - ALWAYS


def _all(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for inner in table.get_children():
        yield from _all(inner)
