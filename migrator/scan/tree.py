"""Syntax trees: a text is parsed once while it is being worked on, and its tree is walked quickly.

Several stages look at the same file one after the other, so the trees of the last few texts are kept. Nobody may
change a tree.
"""

import ast
import warnings
from functools import lru_cache

KEPT = 4  # trees: of the file at hand, and of helper modules that were read on the way
# Fields that hold neither a name, nor a call, nor a statement.
LEAVES = frozenset({"ctx", "op", "ops", "id", "attr", "arg", "kind", "type_comment", "level", "conversion"})


class _Fields(dict[type, tuple[str, ...]]):
    """The fields of each kind of node that are worth a look."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        found = () if kind is ast.Constant else tuple(f for f in kind._fields if f not in LEAVES)
        self[kind] = found
        return found


FIELDS = _Fields()


@lru_cache(maxsize=KEPT)
def parse(text: str) -> ast.Module:
    """The tree of a text. Raises what `ast.parse` does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in their text is not our warning
        return ast.parse(text)


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below a node, but for contexts and operators."""
    found: list[ast.AST] = []
    _add_children(node, found)
    return found


def walk(node: ast.AST) -> list[ast.AST]:
    """The node and all below it, outer ones first, as `ast.walk` has them, but without contexts and operators."""
    found = [node]
    for one in found:  # it grows meanwhile
        _add_children(one, found)
    return found


def _add_children(node: ast.AST, found: list[ast.AST]) -> None:
    for name in FIELDS[node.__class__]:
        value = getattr(node, name, None)
        if value is None:
            continue
        if value.__class__ is list:
            for item in value:
                if isinstance(item, ast.AST):
                    found.append(item)
        elif isinstance(value, ast.AST):
            found.append(value)
