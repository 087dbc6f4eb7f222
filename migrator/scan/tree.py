"""Syntax trees: a text is parsed once while it is being worked on, and its tree is walked quickly.

Several stages look at the same file one after the other, so the trees of the last few texts are kept. Nobody may
change a tree.
"""

import ast
import warnings
from collections import OrderedDict
from collections.abc import Callable, Container, Iterable
from functools import wraps
from typing import TypeVar

Node = TypeVar("Node", bound=ast.AST)
Found = TypeVar("Found")

KEPT = 4  # trees: of the file at hand, and of helper modules that were read on the way
# Fields that hold neither a name, nor a call, nor a statement.
LEAVES = frozenset({"ctx", "op", "ops", "id", "attr", "arg", "kind", "type_comment", "level", "conversion"})
ENDS = frozenset({ast.Name, ast.Constant, ast.alias, ast.Pass})  # nodes that have none below them
BELOW = "_below"  # where a node keeps its children


class _Fields(dict[type, tuple[str, ...]]):
    """The fields of each kind of node that are worth a look."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        found = () if kind is ast.Constant else tuple(f for f in kind._fields if f not in LEAVES)
        self[kind] = found
        return found


FIELDS = _Fields()


_trees: OrderedDict[str, ast.Module] = OrderedDict()


def parse(text: str) -> ast.Module:
    """The tree of a text. Raises what `ast.parse` does."""
    if text in _trees:
        _trees.move_to_end(text)
        return _trees[text]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in their text is not our warning
        found = ast.parse(text)
    _trees[text] = found
    if len(_trees) > KEPT:
        _trees.popitem(last=False)
    return found


def forget(text: str) -> None:
    """Nobody is expected to ask for the tree of this text again: memory that is free at once is used again soon."""
    _trees.pop(text, None)


def on_node(work: Callable[[Node], Found]) -> Callable[[Node], Found]:
    """Decorates what is worked out about a node: the node remembers it, and takes it along when it goes."""
    name = f"_{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def remembered(node: Node) -> Found:
        notes = vars(node)
        if name not in notes:
            notes[name] = work(node)
        found: Found = notes[name]
        return found

    return remembered


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below a node, but for contexts and operators."""
    return [*_below(node)]


def walk(node: ast.AST) -> list[ast.AST]:
    """The node and all below it, outer ones first, as `ast.walk` has them, but without contexts and operators."""
    found = [node]
    for one in found:  # it grows meanwhile
        if one.__class__ not in ENDS:
            found += _below(one)
    return found


def walk_outside(nodes: Iterable[ast.AST], inner: Container[type[ast.AST]]) -> list[ast.AST]:
    """The same of several nodes; of certain kinds, nothing below them."""
    found = list(nodes)
    for one in found:  # it grows meanwhile
        if one.__class__ not in ENDS and one.__class__ not in inner:
            found += _below(one)
    return found


def _below(node: ast.AST) -> list[ast.AST]:
    """The children of a node, which keeps them: most trees are walked a dozen times."""
    notes = node.__dict__
    if BELOW in notes:
        kept: list[ast.AST] = notes[BELOW]
        return kept
    found: list[ast.AST] = []
    for name in FIELDS[node.__class__]:
        value = notes.get(name)
        if value is None:
            continue
        if value.__class__ is list:
            found += [item for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    notes[BELOW] = found
    return found
