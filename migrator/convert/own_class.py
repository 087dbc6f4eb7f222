"""A class of the repository that tasks are made from, with all the classes of the repository that it is made from."""

import ast
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from typing import Protocol

from migrator.convert.bases import LOGGING
from migrator.convert.source import Source, names_bound
from migrator.record import dataclass
from migrator.scan.tree import walk

PLAIN = frozenset({"object", "abc.ABC", "typing.Generic", "typing.Protocol"})
DEPTH = 10  # modules that hand a name on
Method = ast.FunctionDef


class Repository(Protocol):
    """The modules beside a file: `migrator.convert.beside.Modules`."""

    def source(self, path: str) -> Source | None:
        """The text of a module."""

    def imported(self, node: ast.Import | ast.ImportFrom, path: str, name: str) -> str | None:
        """The module that a statement of a file takes a name from."""


@dataclass(frozen=True)
class Link:
    """One class of the repository."""

    node: ast.ClassDef
    source: Source
    path: str

    @property
    def methods(self) -> dict[str, Method]:
        """By name; of two with one name, the last."""
        return {s.name: s for s in self.node.body if isinstance(s, ast.FunctionDef)}


@dataclass(frozen=True)
class OwnClass:
    """`links` in the order in which Python looks for a method; `base`: the class of Airflow that it is made from."""

    links: tuple[Link, ...]
    base: str
    others: tuple[str, ...] = ()  # classes of neither

    @cached_property
    def defined(self) -> list[tuple[Link, Method]]:
        """All methods."""
        return [(link, method) for link in self.links for method in link.methods.values()]

    def method(self, name: str, after: Link | None = None) -> tuple[Link, Method] | None:
        """The method that is called; `after`: by `super()` in that class."""
        links = self.links[self.links.index(after) + 1 :] if after else self.links
        return next(((link, link.methods[name]) for link in links if name in link.methods), None)

    def owner(self, method: Method) -> Link:
        """The class of one of the methods."""
        return next(link for link, one in self.defined if one is method)

    def attribute(self, name: str) -> tuple[Link, ast.expr] | None:
        """What a name is set to in the body of a class."""
        for link in self.links:
            for statement in link.node.body:
                target = (
                    statement.targets[0]
                    if isinstance(statement, ast.Assign)
                    else statement.target
                    if isinstance(statement, ast.AnnAssign)
                    else None
                )
                value = getattr(statement, "value", None)
                if isinstance(target, ast.Name) and target.id == name and value is not None:
                    return link, value
        return None

    @cached_property
    def names(self) -> set[str]:
        """What the class itself has: methods, attributes of the class, and what its methods set."""
        found = {name for link in self.links for s in link.node.body for name in _set_in(s)}
        found |= {method.name for _, method in self.defined}
        return found | {name for _, method in self.defined for name, _ in stores(method)}


def _set_in(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement in the body of a class sets."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    else:
        yield from names_bound(statement)


def own_name(method: Method) -> str | None:
    """What a method calls its object."""
    given = [*method.args.posonlyargs, *method.args.args]
    static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in method.decorator_list)
    return given[0].arg if given and not static else None


def stores(method: Method) -> Iterator[tuple[str, ast.Attribute]]:
    """The attributes of the object that a method sets."""
    for node in walk(method):
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load) and is_own(node, method):
            yield node.attr, node


def is_own(node: ast.Attribute, method: Method) -> bool:
    """`self.x`."""
    return isinstance(node.value, ast.Name) and node.value.id == own_name(method)


def finder(repository: Repository, source: Source, path: str) -> Callable[[ast.expr], OwnClass | None]:
    """Finds the class that an expression of a file names."""

    @cache
    def named(name: str) -> OwnClass | None:
        look = _Finder(repository)
        found = look.locate(ast.parse(name, mode="eval").body, source, path)
        return look.whole(found) if found else None

    return lambda node: named(ast.unparse(node)) if isinstance(node, (ast.Name, ast.Attribute)) else None


class _Finder:
    def __init__(self, repository: Repository) -> None:
        self.repository = repository

    def whole(self, link: Link) -> OwnClass | None:
        links: list[Link] = []
        ends: list[str] = []
        self._collect(link, links, ends, DEPTH)
        last = {id(one.node): at for at, one in enumerate(links)}  # as Python orders diamonds
        ordered = tuple(one for at, one in enumerate(links) if last[id(one.node)] == at)
        ours = sorted({end for end in ends if end.startswith("airflow.")} - LOGGING)
        others = tuple(sorted({end for end in ends if not end.startswith("airflow.")} - PLAIN))
        return OwnClass(ordered, ours[0], (*ours[1:], *others)) if ours else None

    def _collect(self, link: Link, links: list[Link], ends: list[str], depth: int) -> None:
        links.append(link)
        for base in link.node.bases:
            plain = base.value if isinstance(base, ast.Subscript) else base
            found = self.locate(plain, link.source, link.path)
            if isinstance(found, Link) and depth:
                self._collect(found, links, ends, depth - 1)
            else:
                ends.append(link.source.qualified(plain) or ast.unparse(base))

    def locate(self, node: ast.expr, source: Source, path: str, depth: int = DEPTH) -> Link | None:
        """The class of the repository that an expression means; None for all else."""
        if isinstance(node, ast.Attribute):
            module = self._module(node.value, source, path)
            return self._in_module(module, node.attr, depth) if module else None
        if not isinstance(node, ast.Name):
            return None
        own = [s for s in source.tree.body if isinstance(s, ast.ClassDef) and s.name == node.id]
        if own or node.id not in source.imports:
            return Link(own[0], source, path) if len(own) == 1 else None
        for statement in source.import_statements:
            for alias in statement.names if isinstance(statement, ast.ImportFrom) else ():
                if (alias.asname or alias.name) == node.id:
                    module = self.repository.imported(statement, path, alias.name)
                    return self._in_module(module, alias.name, depth) if module else None
        return None

    def _in_module(self, path: str, name: str, depth: int) -> Link | None:
        source = self.repository.source(path)
        return self.locate(ast.Name(name), source, path, depth - 1) if source and depth else None

    def _module(self, node: ast.expr, source: Source, path: str) -> str | None:
        """The module that `w` means after `import ops.warehouse as w`."""
        dotted = source.qualified(node)
        for statement in source.import_statements:
            for alias in statement.names if isinstance(statement, ast.Import) else ():
                if alias.name == dotted:
                    return self.repository.imported(statement, path, alias.name)
        return None
