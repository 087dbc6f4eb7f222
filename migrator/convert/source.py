"""The text of one DAG file with what a converter asks of it: names, positions, the source of a piece."""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from pathlib import PurePosixPath
from typing import Any

from migrator.ir import EXPAND_KWARGS, Function, Task
from migrator.record import dataclass
from migrator.scan.tree import children, on_node, parse, walk, walk_outside

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
IMPORTS = (ast.Import, ast.ImportFrom)


@dataclass(frozen=True)
class Span:
    """A piece of the text: lines count from 1, columns (in characters) from 0, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True)
class Edit:
    """Replace the text at `span`."""

    span: Span
    text: str


class Source:
    """One parsed file. Raises SyntaxError, as `ast.parse` does."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = parse(text)
        self.path = ""  # in the repository, where others ask for it
        self.stays: dict[str, str] = {}  # names of modules of the repository that cannot move, and why not
        self.behind: dict[str, str] = {}  # names of the file itself that need Airflow, and what of it
        self.moved: list[Edit] = []  # imports of those that do
        self.ways: set[int] = set()  # statements that only have modules found which move, by identity
        self.placed = False  # whether what it reads beside itself moves along, and `__file__` has a new text
        self.classes: Callable[[ast.expr], Any] = lambda node: None  # an `OwnClass` by its name
        self.elsewhere: Callable[[str], Source | None] = lambda path: None  # another file of the repository
        # Where a function that the file imports from the repository is written: the path, and its name there.
        self.written_in: Callable[[str], tuple[str, str] | None] = lambda name: None
        self.library: Callable[[str], bool] = lambda path: False  # whether that file moves along
        self.texts_behind: Callable[[str], list[str]] = lambda name: []  # of the modules that an import loads
        self.importing: Callable[[Function], str | None] = lambda function: None  # and how to import of it
        self.part: Callable[[str], Source | None] = lambda path: None  # what moves of another file
        self.line_of: Callable[[str], str | None] = lambda name: (
            None
        )  # what imports a name of this file elsewhere
        self._imported: dict[str, str] = {}  # names that those statements give, with the statement of each
        self.beside_it: Callable[[str], str | None] = lambda path: None  # the text of a file in its folder
        self._bindings: dict[int, list[tuple[int, str]]] = {}  # by the identity of the scope
        self._counted: dict[int, Counter[str]] = {}  # likewise
        self._uses: dict[int, Counter[str]] = {}  # likewise

    @cached_property
    def _lines(self) -> list[str]:
        return lines_of(self.text)

    @cached_property
    def _nodes(self) -> list[ast.AST]:
        return walk(self.tree)

    @cached_property
    def _defs(self) -> list[ast.FunctionDef]:
        return [node for node in self._nodes if isinstance(node, ast.FunctionDef)]

    @cached_property
    def setters(self) -> dict[str, list[ast.AST]]:
        """The statements that give each name a meaning, wherever in the file they are."""
        found: dict[str, list[ast.AST]] = {}
        for node in self._nodes:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found.setdefault(node.name, []).append(node)
            elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For, ast.With)):
                for name in names_bound(node):
                    found.setdefault(name, []).append(node)
        return found

    @cached_property
    def import_statements(self) -> list[ast.Import | ast.ImportFrom]:
        return [node for node in self._nodes if isinstance(node, IMPORTS)]

    @cached_property
    def imports(self) -> dict[str, str]:
        """What each imported name stands for, as a dotted name, wherever in the file it is imported."""
        found: dict[str, str] = {}
        for node in self.import_statements:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    name = alias.asname or alias.name.partition(".")[0]
                    found[name] = alias.name if alias.asname else name
            else:
                base = "." * node.level + (node.module or "")
                for alias in node.names:
                    found[alias.asname or alias.name] = f"{base}.{alias.name}"
        return found

    def qualified(self, node: ast.expr) -> str | None:
        """The dotted name that a name or attribute stands for, through the imports; None for the rest."""
        if isinstance(node, ast.Name):
            return self.imports.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            base = self.qualified(node.value)
            return f"{base}.{node.attr}" if base else None
        return None

    def decorators(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
        """The dotted names of a function's decorators, called or not; empty for those without a name."""
        named = (d.func if isinstance(d, ast.Call) else d for d in function.decorator_list)
        return [self.qualified(d) or "" for d in named]

    def from_airflow(self, name: str) -> bool:
        """Whether a name of the file comes from an Airflow package, or from a module that needs one."""
        return (
            self.imports.get(name, "").split(".")[0] == "airflow" or name in self.stays or name in self.behind
        )

    def why_airflow(self, name: str) -> tuple[str, str]:
        """The code and the text of a finding for a name that only Airflow's side has."""
        if name in self.stays:
            return "SC043", f"uses `{name}` of {self.stays[name]}"
        if name in self.behind:
            return "OP041", f"uses `{name}` of this file, which uses {self.behind[name]}"
        return "OP041", f"uses {self.imports[name]}"

    def bindings(self, around: ast.AST | None = None, *, after: int = 0) -> Counter[str]:
        """How often each name is bound in the module itself, or in the function around a node, but by imports.

        `after`: below that line only.
        """
        scope: ast.AST = self.tree
        if around is not None:
            scope = self._scope(around) or self.tree
        if id(scope) not in self._bindings:
            self._bindings[id(scope)] = list(_own_bindings(scope))
        if not after:
            return self._bound_in(scope)
        return Counter(name for line, name in self._bindings[id(scope)] if line > after)

    def _bound_in(self, scope: ast.AST) -> Counter[str]:
        """Nobody may change it."""
        if id(scope) not in self._counted:
            self._counted[id(scope)] = Counter([name for _, name in self._bindings[id(scope)]])
        return self._counted[id(scope)]

    def _scope(self, around: ast.AST) -> ast.FunctionDef | None:
        line = getattr(around, "lineno", 0)
        outside = [node for node in self._defs if node.lineno <= line <= (node.end_lineno or 0)]
        return outside[-1] if outside else None

    def span(self, node: ast.expr | ast.stmt | ast.arg) -> Span:
        """Where a node stands, in characters (ast counts bytes)."""
        assert node.end_lineno is not None and node.end_col_offset is not None
        return Span(
            node.lineno,
            self._characters(node.lineno, node.col_offset),
            node.end_lineno,
            self._characters(node.end_lineno, node.end_col_offset),
        )

    def _characters(self, line: int, offset: int) -> int:
        text = self._lines[line - 1]
        return offset if text.isascii() else len(text.encode()[:offset].decode())

    def before(self, span: Span) -> str:
        """What comes before a piece on its first line."""
        return self._lines[span.line - 1][: span.column]

    def after(self, span: Span) -> str:
        """What follows a piece on its last line."""
        return self._lines[span.end_line - 1][span.end_column :]

    def lines_between(self, first: int, last: int) -> str:
        """Whole lines, counted from 1, both included."""
        return "".join(self._lines[first - 1 : last])

    def segment(self, node: ast.AST) -> str:
        """The text of a node as it was written."""
        if not isinstance(node, (ast.expr, ast.stmt, ast.arg)) or node.end_lineno is None:
            return ast.unparse(node)
        span = self.span(node)
        lines = self._lines[span.line - 1 : span.end_line]
        lines[-1] = lines[-1][: span.end_column]
        lines[0] = lines[0][span.column :]
        return "".join(lines) or ast.unparse(node)

    @cached_property
    def functions(self) -> dict[int, Definition]:
        """Every function by the line of its `def`, and each lambda that is alone on its line."""
        lambdas = [n for n in self._nodes if isinstance(n, ast.Lambda)]
        lines = Counter(n.lineno for n in lambdas)
        found: dict[int, Definition] = {n.lineno: n for n in lambdas if lines[n.lineno] == 1}
        defined = (ast.FunctionDef, ast.AsyncFunctionDef)
        return found | {n.lineno: n for n in self._nodes if isinstance(n, defined)}

    def beside(self, function: Function) -> Definition | None:
        """The definition of a function that another file of the repository holds."""
        other = self.elsewhere(function.file) if function.file else None
        return other.functions.get(function.line or 0) if other else None

    def imports_itself(self, function: Function) -> bool:
        """Whether the file has a function of another file under the name that it has there."""
        name = function.name
        return self.written_in(name) == (function.file, name) and name not in self.bindings()

    def name_of(self, line: str, function: Function) -> str:
        """What a function is called that this statement imports: another one may have its name."""
        name = function.name
        if name in self.imports or name in self.bindings() or self._imported.get(name, line) != line:
            name = f"{PurePosixPath(function.file or '').stem}_{name}"
        self._imported[name] = line
        return name

    def uses(self, name: str, line: int) -> int:
        """How often a function is named where it can be seen: in the function around its `def`, or in the module."""
        around = [
            node for node in self._defs if any(getattr(inner, "lineno", 0) == line for inner in node.body)
        ]
        seen: ast.AST = around[-1] if around else self.tree
        if id(seen) not in self._uses:
            self._uses[id(seen)] = Counter(names_read(seen))
        found = self._uses[id(seen)][name]
        return found if found <= 1 else sum(_reads_of(name, inner) for inner in children(seen))

    @cached_property
    def _calls(self) -> dict[tuple[int, int], list[ast.Call]]:
        found: dict[tuple[int, int], list[ast.Call]] = {}
        for node in self._nodes:
            if isinstance(node, ast.Call):
                found.setdefault(
                    (node.lineno, self._characters(node.lineno, node.col_offset) + 1), []
                ).append(node)
        return found

    def creating_call(self, task: Task) -> ast.Call | None:
        """The call that creates a task: of its operator class, or of its decorated function."""
        for call in self._calls.get((task.origin.line, task.origin.column), []):
            if task.expand:
                unfolded = expanded(call)
                if unfolded is None:
                    continue
                call = unfolded
            func = call.func
            if task.taskflow:
                if isinstance(func, ast.Call) and isinstance(func.func, ast.Attribute):
                    func = func.func.value  # f.override(...)(...)
                if task.function and self._names(func, task.function.name):
                    return call
            elif self._names(func, task.operator_class):
                return call
        return None

    def _names(self, func: ast.expr, name: str) -> bool:
        qualified = self.qualified(func)
        spelled = func.id if isinstance(func, ast.Name) else None
        return spelled == name or (qualified is not None and qualified.rsplit(".", 1)[-1] == name)


def expanded(call: ast.Call) -> ast.Call | None:
    """`f.partial(a=1).expand(b=xs)` as `f(a=1, b=xs)`; `expand_kwargs(xs)` gives a keyword of that name."""
    base, keywords = call.func, list(call.keywords)
    if not isinstance(base, ast.Attribute) or base.attr not in ("expand", EXPAND_KWARGS):
        return None
    if base.attr == EXPAND_KWARGS:
        given = [*call.args, *(k.value for k in call.keywords if k.arg == "kwargs")]
        keywords = [ast.keyword(EXPAND_KWARGS, value) for value in given]
    base = base.value
    while isinstance(base, ast.Call) and isinstance(base.func, ast.Attribute) and base.func.attr == "partial":
        keywords = [*base.keywords, *keywords]
        base = base.func.value
    return ast.copy_location(ast.Call(func=base, args=[], keywords=keywords), call)


def _reads_of(name: str, node: ast.AST) -> int:
    """How often a name is read below a node, but for functions that have a parameter of that name."""
    if isinstance(node, ast.FunctionDef) and any(
        a.arg == name for a in walk(node.args) if isinstance(a, ast.arg)
    ):
        return 0
    return (_read_by(node) == name) + sum(_reads_of(name, inner) for inner in children(node))


def lines_of(text: str) -> list[str]:
    """The lines as Python counts them, with their ends: `str.splitlines` knows more kinds of ends."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def defaults(function: Definition) -> dict[str, ast.expr]:
    """The parameters that have a default."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(reversed(positional), reversed(arguments.defaults), strict=False),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return {parameter.arg: default for parameter, default in pairs if default is not None}


def names_read(node: ast.AST) -> tuple[str, ...]:
    """Every name that a piece of code reads: `total += 1` and `del total` need it as well."""
    return _names(node)[0]


@lru_cache(maxsize=200)
def names_in(text: str) -> frozenset[str]:
    """Every name that a line of new code reads."""
    return frozenset(names_read(ast.parse(text)))


def names_bound(node: ast.AST) -> tuple[str, ...]:
    """Every name that a piece of code binds: targets, parameters, definitions, imports."""
    return _names(node)[1]


@on_node
def _names(node: ast.AST) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that are read and those that are bound: the same functions are asked about again and again."""
    nodes = walk(node)
    read = tuple(
        [name for inner in nodes if inner.__class__ in READING and (name := _read_by(inner)) is not None]
    )
    return read, tuple([name for inner in nodes if inner.__class__ in BINDING and (name := _bound_by(inner))])


READING = frozenset({ast.Name, ast.AugAssign})


def _read_by(node: ast.AST) -> str | None:
    if node.__class__ is ast.Name:
        name: str = node.id
        return None if node.ctx.__class__ is ast.Store else name
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        return node.target.id
    return None


def _bound_by(node: ast.AST) -> str | None:
    rule = BINDING.get(node.__class__)
    return rule(node) if rule else None


def _stored(node: ast.Name) -> str | None:
    return None if node.ctx.__class__ is ast.Load else node.id


BINDING: dict[type, Callable[[Any], str | None]] = {
    ast.Name: _stored,
    ast.arg: lambda node: node.arg,
    ast.FunctionDef: lambda node: node.name,
    ast.AsyncFunctionDef: lambda node: node.name,
    ast.ClassDef: lambda node: node.name,
    ast.alias: lambda node: node.asname or node.name.partition(".")[0],
    ast.ExceptHandler: lambda node: node.name,
}


OWN_BINDING = BINDING.keys() - {ast.alias, ast.arg}
INNER = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.comprehension})


def _own_bindings(scope: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of each binding of a scope, but for imports and parameters."""
    for node in _own_nodes(scope):
        if node.__class__ in OWN_BINDING and (name := _bound_by(node)):
            yield getattr(node, "lineno", 0), name


def _own_nodes(scope: ast.AST) -> list[ast.AST]:
    """The nodes of a scope without those of the functions, classes and comprehensions inside it."""
    return walk_outside(children(scope), INNER)


def nodes_of(node: ast.expr | None) -> dict[str, ast.expr]:
    """The expressions of a dict that is written out, by their keys."""
    if not isinstance(node, ast.Dict):
        return {}
    pairs = zip(node.keys, node.values, strict=True)
    return {k.value: v for k, v in pairs if isinstance(k, ast.Constant) and isinstance(k.value, str)}
