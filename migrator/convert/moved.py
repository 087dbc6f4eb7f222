"""A module of the DAG repository at its new place: what it must not do, and how it does without Airflow."""

import ast

from migrator.convert.fstrings import fitted
from migrator.convert.source import Edit, Source
from migrator.convert.variables import VARIABLE, variable_read
from migrator.scan.tree import walk

BY_NAME = ("importlib", "__import__", "importlib.import_module")


def of_airflow(module: str) -> bool:
    """Whether a dotted name is one of Airflow's."""
    return module.split(".")[0] == "airflow"


def own_problem(source: Source) -> str:
    """What a module does that works in Airflow's folders only; empty for nothing."""
    reads = _reads(source)
    variables = {id(node.func.value) for node in reads if isinstance(node.func, ast.Attribute)}
    for node in walk(source.tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and (gone := _needed(node, source)):
            return f"it imports {gone} (line {node.lineno})"
        if isinstance(node, ast.Name) and id(node) not in variables and (why := _of_name(node.id, source)):
            return f"it {why} (line {node.lineno})"
    if unfit := [n for n in reads if _new_text(source, n) is None]:
        return f"it reads a Variable inside an f-string (line {unfit[0].lineno})"
    return ""


def _needed(node: ast.Import | ast.ImportFrom, source: Source) -> str:
    """What a statement imports of Airflow; Variable apart, which has a form of its own."""
    if isinstance(node, ast.Import):
        return next((a.name for a in node.names if of_airflow(a.name)), "")
    if node.level or not of_airflow(node.module or ""):
        return ""
    found = [source.imports[a.asname or a.name] for a in node.names]
    return next((name for name in found if name not in VARIABLE), "")


def _of_name(name: str, source: Source) -> str:
    meant = source.imports.get(name, name)
    if of_airflow(meant) and meant != name:
        return f"uses {meant}"
    return "imports by name" if meant in BY_NAME else ""


def without_airflow(source: Source) -> list[Edit]:
    """Reads of Variables become reads of the environment, and the import of Variable what these need."""
    wanted: set[str] = set()
    found = []
    for node in _reads(source):
        read = variable_read(source, node)
        assert read is not None
        wanted.update(read.imports)
        found.append(Edit(source.span(node), _new_text(source, node) or read.text))
    for statement in source.import_statements:
        if (
            isinstance(statement, ast.ImportFrom)
            and not statement.level
            and of_airflow(statement.module or "")
        ):
            nothing = "pass" if statement.col_offset else ""
            found.append(Edit(source.span(statement), "; ".join(sorted(wanted)) or nothing))
            wanted.clear()
    return found


def _new_text(source: Source, node: ast.Call) -> str | None:
    read = variable_read(source, node)
    return fitted(source, source.span(node), read.text) if read else None


def _reads(source: Source) -> list[ast.Call]:
    """The reads of Variables."""
    return [n for n in walk(source.tree) if isinstance(n, ast.Call) and variable_read(source, n)]
