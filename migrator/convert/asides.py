"""What a call may do beside giving a value, where the new project has that value and not the call.

`job_id = client.register("orders")` among the tasks: its value is in the model, and what it did to a service is not.
"""

import ast
from collections.abc import Container, Iterator

from migrator.convert.effects import METHODS, MODULES, OF_AIRFLOW, OF_OS, PURE, READING, logs
from migrator.convert.source import Source, names_bound
from migrator.convert.statements import only_run_by_hand
from migrator.scan.tree import children, walk

# Of built-in functions and methods: these give a value, or read something.
BUILT_IN = PURE | frozenset(
    """
    abs all any bool bytes callable chr classmethod divmod filter float format frozenset getattr hasattr
    hash id isinstance issubclass iter locals map max min next object ord pow property repr round slice
    staticmethod sum super type vars
    """.split()
)
METHODS_THAT_READ = READING | frozenset(
    """
    absolute as_posix capitalize casefold date datetime decode difference elements encode end_of exists
    expanduser find findall finditer first fullmatch getLogger getint getboolean getfloat glob group
    groupdict groups intersection is_dir is_file isalnum isalpha isdigit isdisjoint isoweekday issubset
    issuperset iterdir joinpath ljust lstrip match most_common output read read_bytes read_text readline
    readlines relative_to render resolve rglob rjust search sections splitlines start_of sub subtract
    swapcase symmetric_difference time timestamp total_seconds translate union weekday with_name
    with_suffix zfill get_task has_task get_dag leaves roots model_dump model_validate dict parse_obj
    """.split()
)
OF_A_DAG = frozenset(
    {"test", "run", "cli", "clear", "create_dagrun", "sync_to_db"}
)  # each starts or changes runs


def asides(
    node: ast.AST, source: Source, makers: Container[str], made: Container[tuple[int, int]] = ()
) -> Iterator[ast.Call]:
    """The calls in a statement that may do more than give a value; `made`: where the calls stand that make tasks."""
    yield from _Calls(source, makers, made).within(node)


def _root(node: ast.expr) -> str:
    """`Maker` of `Maker("a").of(1).build`."""
    while isinstance(node, (ast.Attribute, ast.Call)):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return node.id if isinstance(node, ast.Name) else ""


class _Calls:
    """Looks at calls, and into the functions of the file and of the repository that they call."""

    def __init__(
        self,
        source: Source,
        makers: Container[str],
        made: Container[tuple[int, int]],
        seen: tuple[int, ...] = (),
    ) -> None:
        self.source, self.makers, self.made, self.seen = source, makers, made, seen

    def within(self, node: ast.AST) -> Iterator[ast.Call]:
        """Outermost first; of one that is told, its own arguments are not."""
        if isinstance(node, (ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return  # a body that runs later, if at all
        if isinstance(node, ast.Raise) or (isinstance(node, ast.stmt) and only_run_by_hand(node)):
            return
        if isinstance(node, ast.Call) and not logs(node) and not self._gives_a_value(node):
            yield node
            return
        for inner in children(node):
            yield from self.within(inner)

    def _gives_a_value(self, call: ast.Call) -> bool:
        func = call.func
        if (call.lineno, call.col_offset) in self.made or isinstance(func, (ast.Call, ast.Lambda)):
            return True  # the inner call is asked about as well
        name = self.source.qualified(func) or ""
        root = name.partition(".")[0] or _root(func)
        if name == "open":
            return _reads(call)
        if name.startswith("airflow."):
            return not name.endswith(OF_AIRFLOW)
        if root in self.makers or root in ("self", "cls"):
            return not (isinstance(func, ast.Attribute) and func.attr in OF_A_DAG)
        if name in BUILT_IN or (root in MODULES and root in self._imported) or name.startswith(OF_OS):
            return not (isinstance(func, ast.Attribute) and func.attr in METHODS) or root == "copy"
        if isinstance(func, ast.Attribute):
            theirs = root in self._imported and func.attr in METHODS  # what another module holds
            return not theirs and func.attr in METHODS | METHODS_THAT_READ
        return isinstance(func, ast.Name) and self._is_quiet(func.id)

    @property
    def _imported(self) -> frozenset[str]:
        return frozenset(name.partition(".")[0] for name in self.source.imports.values())

    def _is_quiet(self, name: str) -> bool:
        """Whether a function or a class that is written here, or beside, does nothing else."""
        source: Source | None = self.source
        if name in self.source.imports:
            place = self.source.written_in(name)
            source, name = (self.source.elsewhere(place[0]), place[1]) if place else (None, "")
        if source is None:
            return False
        defined = [*source.functions.values(), *(n for n in source.tree.body if isinstance(n, ast.ClassDef))]
        found = [n for n in defined if getattr(n, "name", None) == name]
        return bool(found) and all(self._body_is_quiet(n, source) for n in found)

    def _body_is_quiet(self, node: ast.AST, source: Source) -> bool:
        if id(node) in self.seen:
            return True
        inner = _Calls(source, self.makers, (), (*self.seen, id(node)))
        if isinstance(node, ast.ClassDef):
            starts = [
                n for n in node.body if getattr(n, "name", "") in ("__init__", "__new__", "__post_init__")
            ]
            return all(inner._body_is_quiet(n, source) for n in starts)
        if not isinstance(node, ast.FunctionDef):
            return False
        own = set(names_bound(node))
        changes = any(_changes(n, own) for n in walk(node))
        return not changes and not any(True for s in node.body for _ in inner.within(s))


def _reads(call: ast.Call) -> bool:
    """Whether `open(...)` opens for reading."""
    mode = next(
        (k.value for k in call.keywords if k.arg == "mode"), call.args[1] if len(call.args) > 1 else None
    )
    return mode is None or (isinstance(mode, ast.Constant) and not set(str(mode.value)) & set("wax+"))


def _changes(node: ast.AST, own: Container[str]) -> bool:
    """Whether something that is not the function's own is set or filled."""
    if isinstance(node, ast.Global):
        return True
    base: ast.AST | None = None
    if isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, (ast.Store, ast.Del)):
        base = node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
        base = node.func.value
    while isinstance(base, (ast.Subscript, ast.Attribute)):
        base = base.value
    return isinstance(base, ast.Name) and base.id not in own and base.id not in ("self", "cls")
