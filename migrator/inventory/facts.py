"""A syntax tree → the units of the file, what each asks for, and which others it uses.

All statements are visited; of the expressions in them only those on lines with a telling word.
"""

import ast
import sys
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from migrator.inventory import needs
from migrator.inventory.jinja import is_template
from migrator.inventory.lines import Lines
from migrator.inventory.needs.packages import package_of
from migrator.inventory.units import Facts, Function, Ref, Store, Unit, Use
from migrator.scan.evaluator.outside import HARMLESS
from migrator.scan.imports import INSTALLED
from migrator.scan.tree import children

KNOWN: "WeakKeyDictionary[ast.Module, Facts]" = WeakKeyDictionary()
DECORATED = ("task", "airflow.decorators.task", "airflow.sdk.task")
SKIPPED_TESTS = frozenset({"__name__", "TYPE_CHECKING"})
BODIES = ("body", "orelse", "finalbody", "handlers", "cases")
BLOCKS = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.If, ast.For, ast.AsyncFor, ast.While),
    *(ast.With, ast.AsyncWith, ast.Try, ast.Match),
    *((ast.TryStar,) if sys.version_info >= (3, 11) else ()),
)
DAG_CLASSES = ("DAG", "Dag")


def facts_of(tree: ast.Module, text: str, path: str) -> Facts:
    """The facts of a file; worked out once for each tree."""
    found = KNOWN.get(tree)
    if found is None:
        found = KNOWN[tree] = _Walk(text, path).facts(tree)
    return found


class _Walk:
    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.found = Facts(Unit("module", path, None, None))
        self.pieces: list[tuple[Unit, ast.AST, str | None]] = []  # expressions, by the unit that runs them
        self.blocks: list[tuple[list[ast.stmt], Unit]] = []
        self.defined: set[str] = set()
        self.paths: set[str] = set()
        self.beside = False  # whether there may be a path of a file beside the code

    def facts(self, tree: ast.Module) -> Facts:
        """Imports first: they tell whether the rest matters. Then statements, and last the expressions in them."""
        self._imports(tree.body, Lines(self.text, ["import"]))
        hot = any(word in self.text for word in needs.words())
        stars = any(_is_repositorys(dotted) for dotted in self.found.stars)
        others = stars or any(self._imported())
        if not hot and not others:
            self.found.cold = True
            return self.found
        self.beside = others or "__file__" in self.text
        self.blocks.append((tree.body, self.found.module))
        self._statements()
        self.paths = self._paths()
        words = {*needs.words(), *self.defined, *self._imported(), *self.paths}
        if stars:
            words = {"\n"}  # any name may come from there
        lines = Lines(self.text, words)
        for unit, node, holder in self.pieces:
            self._expressions(unit, node, holder, lines)
        return self.found

    def _imported(self) -> Iterator[str]:
        """Local names that may come from a file of the repository, or that hide a telling word."""
        for local, dotted in self.found.aliases.items():
            hides = local != dotted.rpartition(".")[2] and any(w in dotted for w in needs.words())
            if hides or _is_repositorys(dotted):
                yield local

    def _paths(self) -> set[str]:
        """Names of the module whose values come from `__file__`."""
        if "__file__" not in self.text:
            return set()
        found = {"__file__"}
        for name, stores in self.found.stores.items():
            for node, _ in stores:
                if node is not None and any(
                    isinstance(inner, ast.Name) and inner.id in found for inner in ast.walk(node)
                ):
                    found.add(name)
        return found

    def _imports(self, body: list[ast.stmt], lines: Lines) -> None:
        """Of all blocks that hold one."""
        waiting: list[ast.AST] = list(reversed(body))
        while waiting:
            node = waiting.pop()
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self._import(node)
            elif isinstance(node, ast.If) and _never(node.test):
                waiting += node.orelse
            elif isinstance(node, BLOCKS) and lines.between(node.lineno, node.end_lineno or node.lineno):
                for name in BODIES:
                    waiting += getattr(node, name, ())
            elif isinstance(node, (ast.ExceptHandler, ast.match_case)):
                waiting += node.body

    # ---- statements
    def _statements(self) -> None:
        """Block after block: `elif` and `else` may nest deeper than functions can call each other."""
        while self.blocks:
            body, unit = self.blocks.pop()
            self._block(body, unit)

    def _block(self, body: list[ast.stmt], unit: Unit) -> None:
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._function(node, unit)
            elif isinstance(node, ast.ClassDef):
                self._class(node, unit)
            elif not isinstance(node, (ast.Import, ast.ImportFrom)):
                self._statement(node, unit)

    def _statement(self, node: ast.stmt, unit: Unit) -> None:
        if not isinstance(node, BLOCKS):
            holder = self._store(node) if unit.kind == "module" else None
            self.pieces.append((unit, node, holder))
            return
        if isinstance(node, ast.If) and _never(node.test):
            self.blocks.append((node.orelse, unit))
            return
        if unit.kind == "module":
            self._store(node)
        inner = self._dag_block(node, unit)
        for name, value in ast.iter_fields(node):
            if name in ("body", "orelse", "finalbody"):
                self.blocks.append((value, inner))
            elif name in ("handlers", "cases"):
                for part in value:
                    self.blocks.append((part.body, inner))
            else:
                parts = value if isinstance(value, list) else [value]
                self.pieces += [(inner, part, None) for part in parts if isinstance(part, ast.AST)]

    def _dag_block(self, node: ast.stmt, unit: Unit) -> Unit:
        """`with DAG(...):` at the top of a file is a unit of its own."""
        if not isinstance(node, (ast.With, ast.AsyncWith)) or unit.kind != "module":
            return unit
        calls = [i.context_expr for i in node.items if isinstance(i.context_expr, ast.Call)]
        lines = [c.lineno for c in calls if self.found.qualified(c.func).endswith(DAG_CLASSES)]
        if not lines:
            return unit
        block = Unit("dag", "with", node, unit, frozenset({node.lineno, *lines}))
        self.found.dags.append(block)
        return block

    def _function(self, node: Function, unit: Unit) -> None:
        names = [self.found.qualified(_called(d)) for d in node.decorator_list]
        made = Unit("function", node.name, node, unit)
        made.is_task = any(name == d or name.startswith(f"{d}.") for name in names for d in DECORATED)
        if any(name.rpartition(".")[2] == "dag" for name in names):
            made.lines = frozenset({node.lineno, *(d.lineno for d in node.decorator_list)})
            self.found.dags.append(made)
        unit.names[node.name] = made
        self.defined.add(node.name)
        self.found.functions[node.lineno] = made
        defaults = [*node.args.defaults, *(d for d in node.args.kw_defaults if d)]
        around = unit.parent if unit.kind == "class" and unit.parent else unit
        self.pieces += [(around, part, None) for part in (*node.decorator_list, *defaults)]
        self.blocks.append((node.body, made))

    def _class(self, node: ast.ClassDef, unit: Unit) -> None:
        made = Unit("class", node.name, node, unit)
        made.bases = list(node.bases)
        unit.names[node.name] = made
        self.defined.add(node.name)
        self.pieces += [(unit, part, None) for part in (*node.decorator_list, *node.keywords)]
        self.blocks.append((node.body, made))

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                self._imports_of(alias.name)
                local = alias.asname or alias.name.partition(".")[0]
                self.found.aliases[local] = alias.name if alias.asname else local
            return
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                self.found.stars.append(module)
                self._imports_of(module)
            else:
                dotted = module + ("" if module.endswith(".") else ".") + alias.name
                self._imports_of(dotted)
                self.found.aliases[alias.asname or alias.name] = dotted

    def _imports_of(self, dotted: str) -> None:
        if dotted.partition(".")[0] not in INSTALLED:  # a relative import has no name before its first dot
            self.found.imports.append(dotted)
        elif package := package_of(dotted):
            self.found.packages.add(package)

    def _store(self, node: ast.stmt) -> str | None:
        """Notes the value of a name of the module."""
        for name, store in stores_of(node):
            self.found.stores.setdefault(name, []).append(store)
        single = isinstance(node, (ast.Assign, ast.AnnAssign)) and list(stores_of(node))
        return single[0][0] if single else None

    # ---- expressions
    def _expressions(self, unit: Unit, top: ast.AST, holder: str | None, lines: Lines) -> None:
        waiting, done = [top], set[int]()
        while waiting:
            node = waiting.pop()
            first = getattr(node, "lineno", None)
            if first is not None and not lines.between(first, getattr(node, "end_lineno", None) or first):
                continue
            if isinstance(node, ast.Call):
                self._call(unit, node, done)
            elif isinstance(node, ast.Subscript):
                self._ask(unit, node, self.found.qualified(node.value))
            elif isinstance(node, ast.Compare):
                self._ask(unit, node, self.found.qualified(node.comparators[0]))
            elif isinstance(node, ast.Constant):
                if unit.is_task and isinstance(node.value, str) and is_template(node.value):
                    self._ask(unit, node, "")  # `@task.bash` renders what its function returns
            elif isinstance(node, (ast.Name, ast.Attribute)) and id(node) not in done:
                self._mention(unit, node, holder, done)
            waiting += children(node)

    def _call(self, unit: Unit, node: ast.Call, done: set[int]) -> None:
        name = self.found.qualified(node.func)
        self._ask(unit, node, name)
        inner: ast.AST = node.func
        while isinstance(inner, ast.Attribute):
            done.add(id(inner))
            inner = inner.value
        if isinstance(inner, ast.Name):
            done.add(id(inner))
            unit.calls.append(Ref(name, node))
        for keyword in node.keywords:
            if (keyword.arg or "").endswith("_callable"):
                done.add(
                    id(keyword.value)
                )  # the DAG knows which of its tasks run it, and with which arguments

    def _ask(self, unit: Unit, node: ast.expr, name: str) -> None:
        for rule in needs.code_rules():
            for asked in rule(node, name):
                if asked.kind == "files" and asked.code is None and not self._is_path(asked.node):
                    continue
                self.found.asks = True
                unit.asked.append(Use(asked, node.lineno, node.col_offset + 1))

    def _is_path(self, node: ast.expr) -> bool:
        """Whether an argument may be a path beside the code, by how it is written."""
        if isinstance(node, ast.Name):
            return node.id in self.paths
        if isinstance(node, ast.Call):
            return self.beside and self.found.qualified(node.func).endswith(
                ("join", "joinpath", "str", "Path")
            )
        return self.beside and isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)

    def _mention(
        self, unit: Unit, node: ast.Name | ast.Attribute, holder: str | None, done: set[int]
    ) -> None:
        inner: ast.AST = node
        while isinstance(inner, ast.Attribute):
            inner = inner.value
            done.add(id(inner))
        if not isinstance(inner, ast.Name) or not isinstance(node.ctx, ast.Load):
            return
        ref = Ref(self.found.qualified(node))
        if unit.kind != "module":
            unit.mentions.append(ref)
        elif holder is not None:
            self.found.globals_.setdefault(holder, []).append(ref)


def _is_repositorys(dotted: str) -> bool:
    """Whether an import may be one of a file of the repository."""
    root = dotted.partition(".")[0]
    return not (root in HARMLESS or root in INSTALLED)


STORING = frozenset(
    [ast.Assign, ast.AnnAssign, ast.For, ast.AsyncFor, ast.comprehension, ast.NamedExpr, ast.AugAssign]
)
STORING |= {ast.withitem}


def stores_of(node: ast.AST) -> Iterator[tuple[str, Store]]:
    """The names that a statement or comprehension gives a value."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _targets(target, node.value, None)
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        yield from _targets(node.target, node.value, None)
    elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        yield from _targets(node.target, node.iter, ())
    elif isinstance(node, ast.NamedExpr):
        yield from _targets(node.target, node.value, None)
    elif isinstance(node, ast.AugAssign):
        yield from _targets(node.target, None, None)
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        yield from _targets(node.optional_vars, None, None)


def _targets(
    target: ast.expr, value: ast.expr | None, way: tuple[int, ...] | None
) -> Iterator[tuple[str, Store]]:
    if isinstance(target, ast.Name):
        yield target.id, (value, way)
    elif isinstance(target, (ast.Tuple, ast.List)):
        for place, part in enumerate(target.elts):
            known = value if way is not None else None
            yield from _targets(part, known, None if way is None else (*way, place))


def _called(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def _never(test: ast.expr) -> bool:
    """`if __name__ == "__main__"` and `if TYPE_CHECKING` do not run where Airflow loads the file."""
    left = test.left if isinstance(test, ast.Compare) else test
    return (left.id if isinstance(left, ast.Name) else getattr(left, "attr", None)) in SKIPPED_TESTS
