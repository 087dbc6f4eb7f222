"""A module of the DAG repository at its new place: what it must not do, and how it does without Airflow."""

import ast
import re
from collections.abc import Iterator

from migrator.convert import annotations
from migrator.convert.context import Expression
from migrator.convert.fstrings import fitted
from migrator.convert.own_text import gone, gone_parts
from migrator.convert.replaced import replaced
from migrator.convert.source import Edit, Source, Span
from migrator.convert.stand_ins import stand_in
from migrator.scan.tree import children, walk

OF_PROJECT = re.compile(r"from \.\.runtime\.(\w+) import (.+)$")
BY_NAME = ("importlib", "__import__", "importlib.import_module")


def of_airflow(module: str) -> bool:
    """Whether a dotted name is one of Airflow's."""
    return module.split(".")[0] == "airflow"


def own_problem(source: Source) -> str:
    """What a module does that works in Airflow's folders only; empty for nothing."""
    return next((f"it {why}" for _, why in problems(source)), "")


def problems(source: Source) -> Iterator[tuple[int, str]]:
    """The lines of all that it does so, and what."""
    known = _with_a_form(source)
    for node in walk(source.tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and (taken := _needed(node)):
            yield node.lineno, f"imports {taken} (line {node.lineno})"
        if isinstance(node, ast.Name) and id(node) not in known and (why := _of_name(node.id, source)):
            yield node.lineno, f"{why} (line {node.lineno})"
    for node, read in _replaced(source):
        if fitted(source, source.span(node), read.text) is None:
            yield node.lineno, f"uses Airflow inside an f-string (line {node.lineno})"


def _needed(node: ast.Import | ast.ImportFrom) -> str:
    """What a statement imports of Airflow that nothing can stand for, whoever uses it."""
    if isinstance(node, ast.Import):
        return next((a.name for a in node.names if of_airflow(a.name) and not a.asname), "")
    if of_airflow(node.module or "") and not node.level and any(a.name == "*" for a in node.names):
        return f"everything of {node.module}"
    return ""


def _of_name(name: str, source: Source) -> str:
    meant = source.imports.get(name, name)
    if of_airflow(meant) and (meant != name or name in source.imports) and not replaced(name, source):
        return f"uses {meant}"
    return "imports by name" if meant in BY_NAME else ""


def _with_a_form(source: Source) -> set[int]:
    """The nodes that go, or that another text stands for."""
    found = {id(n) for node, _ in _replaced(source) for n in _own_parts(node)}
    found |= {id(n) for n in gone_parts(source, source.tree)}
    return found | {id(n) for a in annotations.of_airflow(source, source.tree) for n in walk(a)}


def _own_parts(node: ast.expr) -> list[ast.AST]:
    """Of a call what is called: its arguments stay as they are."""
    return walk(node.func if isinstance(node, ast.Call) else node)


def _replaced(source: Source) -> list[tuple[ast.expr, Expression]]:
    """What has another text in the new project. The outermost ones only: the text of a call holds its arguments."""
    found: list[tuple[ast.expr, Expression]] = []
    waiting: list[ast.AST] = [source.tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.expr) and (read := stand_in(source, node)):
            found.append((node, read))
        else:
            waiting += children(node)
    return found


def without_airflow(source: Source, at: str) -> list[Edit]:
    """The module at the path `at` of the new package: what stands for Airflow there, and what goes with it."""
    wanted: set[str] = set()
    found = [*gone(source, source.tree), *annotations.without_airflow(source, source.tree)]
    left_out = {id(n) for n in gone_parts(source, source.tree)}
    for node, read in _replaced(source):
        if id(node) not in left_out:
            wanted.update(_as_seen_from(at, line) for line in read.imports)
            found.append(Edit(source.span(node), fitted(source, source.span(node), read.text) or read.text))
    wanted |= {_as_seen_from(at, line) for line in _by_name(source).values()}
    lines = "\n".join(sorted(wanted))
    for statement in _only_airflow(source.tree.body):
        found.append(Edit(source.span(statement), lines))
        lines = ""
    inside = [s for part in source.tree.body if not _is_only_airflow(part) for s in _imports_in(part)]
    found += [Edit(source.span(statement), "pass") for statement in inside]
    return found if not lines else [*found, _at_top(source, lines)]


def _by_name(source: Source) -> dict[str, str]:
    """The imports of names that the new project has as well."""
    names = {n.id for n in walk(source.tree) if isinstance(n, ast.Name)}
    return {name: line for name in names if (line := replaced(name, source))}


def _at_top(source: Source, lines: str) -> Edit:
    """New imports before the first statement that is neither a text nor says how Python reads the file."""
    body = source.tree.body
    is_head = [isinstance(s, ast.Expr) or _module_of(s) == "__future__" for s in body]
    first = body[is_head.index(False)]
    line = min([first.lineno, *(d.lineno for d in getattr(first, "decorator_list", ()))])
    return Edit(Span(line, 0, line, 0), f"{lines}\n")


def _module_of(statement: ast.stmt) -> str:
    plain = isinstance(statement, ast.ImportFrom) and not statement.level
    return (statement.module or "") if plain else ""  # type: ignore[attr-defined]  # an import


def _as_seen_from(at: str, line: str) -> str:
    """An import of a module of the new project, as the module at that path has it."""
    found = OF_PROJECT.match(line)
    return f"from {relative(f'runtime/{found[1]}', at)} import {found[2]}" if found else line


def _only_airflow(body: list[ast.stmt]) -> list[ast.stmt]:
    return [statement for statement in body if _is_only_airflow(statement)]


def _is_only_airflow(statement: ast.stmt) -> bool:
    """An import of Airflow, or a block of such: `if TYPE_CHECKING:`, `try:` with `except ImportError:`."""
    if isinstance(statement, ast.Import):
        return all(of_airflow(a.name) for a in statement.names)
    if isinstance(statement, ast.If):
        inside = [*statement.body, *statement.orelse]
    elif isinstance(statement, ast.Try):
        inside = [*statement.body, *statement.orelse, *statement.finalbody]
        inside += [s for handler in statement.handlers for s in handler.body]
    else:
        return of_airflow(_module_of(statement))
    return all(isinstance(s, ast.Pass) or _is_only_airflow(s) for s in inside)


def _imports_in(statement: ast.stmt) -> list[ast.stmt]:
    """Those of Airflow inside another statement."""
    return [n for n in walk(statement) if isinstance(n, (ast.Import, ast.ImportFrom)) and _is_only_airflow(n)]


def relative(target: str, at: str) -> str:
    """How the module at a path of the package names a folder or module (without its end) of the same package."""
    here = at.split("/")[:-1]
    there = target.split("/")
    same = 0
    while same < min(len(here), len(there)) and here[same] == there[same]:
        same += 1
    return "." * (len(here) - same + 1) + ".".join(there[same:])
