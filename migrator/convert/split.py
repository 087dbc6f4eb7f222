"""A module of the DAG repository of which a part needs Airflow: that part stays behind, the rest moves along.

Statement by statement, at the top of the module. What works with something that stays, stays as well.
"""

import ast
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import pairwise

from migrator.convert.annotations import without_airflow
from migrator.convert.ground import names_filled, names_set
from migrator.convert.kinds import TASKFLOW
from migrator.convert.moved import of_airflow, problems
from migrator.convert.source import Edit, Source, Span, names_read
from migrator.scan.tree import walk

Import = ast.Import | ast.ImportFrom
Function = ast.FunctionDef | ast.AsyncFunctionDef
TASKS = frozenset({*TASKFLOW, *(name.replace(".decorators.", ".sdk.") for name in TASKFLOW)})


class Split:
    """`stays`: by name, why what the module imports of other modules of the repository stays behind."""

    def __init__(self, text: str, stays: Mapping[str, str]) -> None:
        self.source = Source(text)  # its own: which names stay is known in there
        self.body = self.source.tree.body
        self.gone: dict[str, str] = dict(stays)  # by name: why the module does not have it any more
        self.left: set[int] = set()  # the first lines of the statements that stay behind
        functions = [s for s in self.body if isinstance(s, Function)]
        self._strip = [d for f in functions for d in f.decorator_list if self._is_task(d)]
        self._settle()
        self.source.behind = dict(self.gone)  # annotations that name it go
        self.gone |= dict(_names_of_airflow(self.source))

    def _is_task(self, decorator: ast.expr) -> bool:
        """`@task`, which makes no other function of what is under it."""
        named = decorator.func if isinstance(decorator, ast.Call) else decorator
        return (self.source.qualified(named) or "") in TASKS

    def _settle(self) -> None:
        own = dict(self._needs())
        body = [s for s in self.body if not isinstance(s, Import)]
        for statement in body:
            if statement.lineno in own:
                self._leave(statement, own[statement.lineno])
        before = -1
        while before != len(self.left):
            before = len(self.left)
            for statement in body:
                if statement.lineno not in self.left and (name := self._reads_gone(statement)):
                    self._leave(statement, self.gone[name])

    def _leave(self, statement: ast.stmt, why: str) -> None:
        self.left.add(statement.lineno)
        names = {*names_set(statement), *names_filled(statement)}
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names = {statement.name}  # what is filled inside of it is so when somebody calls it
        for name in names:
            self.gone.setdefault(name, why)

    def _needs(self) -> Iterator[tuple[int, str]]:
        """The first line of each statement that uses something of Airflow, and what; the first of it counts."""
        stripped = {line for d in self._strip for line in range(d.lineno, (d.end_lineno or 0) + 1)}
        for line, why in reversed(list(problems(self.source))):
            for statement in self.body if line not in stripped else ():
                if _first_line(statement) <= line <= (statement.end_lineno or 0):
                    yield statement.lineno, f"it {why}"

    def _reads_gone(self, statement: ast.stmt) -> str:
        read = {n for part in self._parts(statement) for n in names_read(part)}
        if isinstance(statement, ast.Assign) and "__all__" in names_set(statement):
            read |= {str(n.value) for n in walk(statement) if isinstance(n, ast.Constant)}
        return min(read & self.gone.keys(), default="")

    def _parts(self, statement: ast.stmt) -> list[ast.AST]:
        """What counts of a statement: no annotation of a function's, and no decorator that goes."""
        if not isinstance(statement, Function):
            return [statement]
        decorators = [d for d in statement.decorator_list if d not in self._strip]
        usual = [d for d in (*statement.args.defaults, *statement.args.kw_defaults) if d is not None]
        return [*decorators, *usual, *statement.body]

    # ------------------------------------------------------------------ the new text
    def edits(self, edits: list[Edit]) -> list[Edit]:
        """For the part that moves, with those of these that are about it."""
        away = [self._whole(s) for s in self.body if s.lineno in self.left]
        away += [Edit(Span(d.lineno, 0, (d.end_lineno or 0) + 1, 0), "") for d in self._strip]
        told = {e.span for e in edits}  # of an import that gets another module as well
        imports = [e for e in self._imports() if e.span not in told]
        away += [e for e in imports if not e.text]
        away = [a for a in away if not any(_inside(a, b) for b in away if b != a)]
        others = [*edits, *(e for e in imports if e.text)]
        others += [e for s in self._kept() for e in without_airflow(self.source, s)]
        return [*away, *(kept for e in others if (kept := _beside(e, away)))]

    def _kept(self) -> list[ast.stmt]:
        return [s for s in self.body if s.lineno not in self.left and not isinstance(s, Import)]

    @cached_property
    def _lost(self) -> frozenset[str]:
        """Names that only those parts have used that stay."""
        kept = {n for s in self._kept() for n in names_read(s)}
        left = (s for s in self.body if s.lineno in self.left)
        return frozenset({n for s in left for n in names_read(s)} - kept)

    def imported(self, node: Import) -> frozenset[str]:
        """The names that a statement still imports."""
        around = next(s for s in self.body if _first_line(s) <= node.lineno <= (s.end_lineno or 0))
        if around.lineno in self.left:
            return frozenset()
        names = frozenset(map(_bound, node.names)) - self.gone.keys()
        return names - self._lost if isinstance(around, Import) else names

    def _imports(self) -> Iterator[Edit]:
        for statement in self.body:
            if not isinstance(statement, Import) or any(_of_airflow(statement)):
                continue
            left = [a for a in statement.names if _bound(a) in self.imported(statement)]
            if not left:
                yield self._whole(statement)
            elif len(left) < len(statement.names):
                text = ", ".join(ast.unparse(a) for a in left)
                yield Edit(self.source.span(statement), f"{_start(statement)}import {text}")

    def _whole(self, statement: ast.stmt) -> Edit:
        """A statement with its decorators, and the comments and empty lines before it."""
        first = _first_line(statement)
        while first > 1 and self.source.lines_between(first - 1, first - 1).startswith("#"):
            first -= 1
        while first > 1 and not self.source.lines_between(first - 1, first - 1).strip():
            first -= 1
        end = statement.end_lineno or first
        return Edit(Span(first, 0, end, len(self.source.lines_between(end, end))), "")


def attributes(source: Source, name: str) -> set[str] | None:
    """What a file uses of a module that it has under a name; None where it uses the module in another way."""
    nodes = walk(source.tree)
    used = {id(n.value): n.attr for n in nodes if isinstance(n, ast.Attribute)}
    named = [n for n in nodes if isinstance(n, ast.Name) and n.id == name]
    return {used[id(n)] for n in named} if all(id(n) in used for n in named) else None


def several(source: Source) -> str:
    """Why statements of a module cannot be told apart by their lines; empty where they can."""
    pairs = pairwise(source.tree.body)
    line = next((b.lineno for a, b in pairs if a.end_lineno == b.lineno), None)
    return f"line {line} has several statements" if line else ""


def _start(node: Import) -> str:
    return f"from {'.' * node.level}{node.module or ''} " if isinstance(node, ast.ImportFrom) else ""


def _of_airflow(node: Import) -> Iterator[str]:
    """The names that a statement takes of Airflow."""
    if isinstance(node, ast.Import):
        yield from (_bound(a) for a in node.names if of_airflow(a.name))
    elif not node.level and of_airflow(node.module or ""):
        yield from map(_bound, node.names)


def _names_of_airflow(source: Source) -> Iterator[tuple[str, str]]:
    """What a module imports of Airflow itself, and what is said of that."""
    for node in source.import_statements:
        for name in _of_airflow(node):
            yield name, f"it imports {source.imports[name]} (line {node.lineno})"


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(d.lineno for d in decorators)])


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _beside(edit: Edit, away: list[Edit]) -> Edit | None:
    """An edit of what is left; what is put before a statement that goes comes in its place."""
    around = next((a.span for a in away if _inside(edit, a)), None)
    if around is None:
        return edit
    put = (edit.span.line, edit.span.column) == (edit.span.end_line, edit.span.end_column)
    return Edit(Span(around.line, 0, around.line, 0), edit.text) if put else None


def _inside(edit: Edit, whole: Edit) -> bool:
    one, other = edit.span, whole.span
    begins = (other.line, other.column) <= (one.line, one.column)
    return begins and (one.end_line, one.end_column) <= (other.end_line, other.end_column)
