"""Which statements of a DAG file stand still, and which only make tasks and DAGs and are gone afterwards.

The model has all that the latter make, resolved. What a step needs of them has to come from the model as well.
"""

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from migrator.convert.dag_parameters import parameters
from migrator.convert.effects import METHODS, effect
from migrator.convert.guards import branch, of_branch
from migrator.convert.source import Source, names_bound, names_read
from migrator.ir import Dag, Task, Value
from migrator.record import dataclass
from migrator.scan.tree import children, on_node, walk

Path = tuple[int, ...]
COMPOUND = (ast.For, ast.While, ast.If, ast.Try, ast.With)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Return, ast.Delete)


@dataclass(frozen=True)
class Place:
    """A statement of the module, or of the block of a DAG or a group that stands there."""

    path: Path
    statement: ast.stmt
    dag: Dag | None


@dataclass(frozen=True)
class Within:
    """A block of tasks, and the DAG of `with` that it belongs to, if there is one."""

    dag: Dag | None


class Ground:
    """What there is to know of a file before its tasks are read. `places` come in the order of the text."""

    def __init__(self, source: Source, dags: Sequence[Dag]) -> None:
        self.source, self.dags = source, dags
        self.places: list[Place] = []
        self.dag_of: dict[str, Dag] = {}  # by the variable that holds it
        self.parameters: dict[str, Mapping[str, Value]] = {}  # of the functions that are DAGs, by DAG
        self.guards: dict[int, str] = {}  # which branch of an `if` around DAGs, by the identity of that
        self.unseen = any(d.form == "runtime" for d in dags)  # the text has more makers than is known
        origins = {(t.origin.line, t.origin.column - 1) for d in dags for t in d.tasks if _read_here(t, d)}
        self.origins, self.places_of_tasks = sorted(origins), frozenset(origins)
        self.inner_dags = sorted({d.origin.line for d in dags if d.form not in ("runtime", "asset")})
        self._walk(source.tree.body, (), None)
        self.makers = {id(p.statement) for p in self.places if self._makes(p.statement)}
        self.making = self._making()  # names of functions that make tasks, directly or not
        self.held = self._held()  # names that are gone with the statements that set them

    # ------------------------------------------------------------------ blocks
    def _walk(self, body: Sequence[ast.stmt], prefix: Path, dag: Dag | None) -> None:
        for index, statement in enumerate(body):
            path = (*prefix, index)
            begun = self.begins(statement)
            if isinstance(statement, ast.If) and dag is None and (held := branch(statement, self.begins)):
                self.guards[id(statement)] = held
                self._walk(of_branch(statement, held), path, None)
                continue
            if isinstance(statement, ast.Assign) and begun:
                self.dag_of |= dict.fromkeys(names_bound(statement), begun)
            elif begun and isinstance(statement, (ast.With, ast.FunctionDef)):
                if isinstance(statement, ast.FunctionDef):
                    self.parameters[begun.dag_id] = parameters(statement, self.source)
                self._walk(statement.body, path, begun)
                continue
            elif isinstance(statement, ast.With) and (within := self.within(statement, dag)):
                self._walk(statement.body, path, within.dag)
                continue
            self.places.append(Place(path, statement, dag))

    def begins(self, statement: ast.stmt) -> Dag | None:
        """The DAG that a `with DAG(...)`, a `@dag` function or an assignment of `DAG(...)` begins."""
        if isinstance(statement, ast.FunctionDef):
            lines = {statement.lineno, *(d.lineno for d in statement.decorator_list)}
            return self._begun([(line, line) for line in lines], "decorator")
        if isinstance(statement, ast.With):
            items = [i.context_expr for i in statement.items]
            return self._begun([(i.lineno, i.end_lineno or 0) for i in items], "with")
        made = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Expr)) else None
        if isinstance(made, ast.Call):
            line = made.lineno  # `with dag:` may come later, and what makes the DAG be elsewhere
            return self._begun([(line, line)], "constructor", "with", "decorator")
        return None

    def is_asset(self, statement: ast.stmt) -> Dag | None:
        """The DAG that an `@asset` function is."""
        return self._begun([(statement.lineno, statement.lineno)], "asset")

    def _begun(self, spans: Sequence[tuple[int, int]], *forms: str) -> Dag | None:
        """The first DAG of one of these forms that begins on lines of these spans."""
        every = self._lines
        lines = [
            n for span in spans for n in every[bisect_left(every, span[0]) : bisect_right(every, span[1])]
        ]
        found = [index for line in lines for index in self._begin_at[line] if self.dags[index].form in forms]
        return self.dags[min(found)] if found else None

    @cached_property
    def _lines(self) -> list[int]:
        return sorted(self._begin_at)

    @cached_property
    def _begin_at(self) -> dict[int, list[int]]:
        """By line the places of the DAGs that begin there; of those that only Airflow knows, no line is known."""
        found: dict[int, list[int]] = {}
        for index, dag in enumerate(self.dags):
            if dag.form != "runtime":
                found.setdefault(dag.origin.line, []).append(index)
        return found

    def within(self, statement: ast.With, dag: Dag | None) -> Within | None:
        """Of a group, or of `with dag:` for a DAG that was assigned before: where its statements stand."""
        if self.is_group(statement):
            return Within(dag)
        item = statement.items[0].context_expr
        if len(statement.items) != 1 or not isinstance(item, ast.Name) or item.id not in self.dag_of:
            return None
        return Within(self.dag_of[item.id])

    def is_group(self, statement: ast.With) -> bool:
        """`with TaskGroup(...)`."""
        calls = [i.context_expr for i in statement.items if isinstance(i.context_expr, ast.Call)]
        names = [self.source.qualified(c.func) or "" for c in calls]
        return bool(names) and all(n.startswith("airflow.") and n.endswith(".TaskGroup") for n in names)

    # ------------------------------------------------------------------ what makes
    def _makes(self, statement: ast.stmt) -> bool:
        """Whether tasks or DAGs are made inside of a statement that is not a plain one."""
        if not isinstance(statement, (*COMPOUND, *DEFINITIONS)):
            return False
        last = statement.end_lineno or statement.lineno
        begun = bisect_left(self.inner_dags, statement.lineno) < bisect_right(self.inner_dags, last)
        return begun or bool(self.made_in(statement)) or (self.unseen and self._may_make(statement))

    def _may_make(self, statement: ast.stmt) -> bool:
        """Whether it calls what makes a DAG or a task, in a file of which only Airflow knows the DAGs."""
        names = [self.source.qualified(n.func) or "" for n in walk(statement) if isinstance(n, ast.Call)]
        made = [n for n in names if n.startswith("airflow.") and n.endswith(("DAG", "Operator", "Sensor"))]
        return bool(made) or (isinstance(statement, ast.For) and any(n in self.decorated for n in names))

    def made_in(self, statement: ast.stmt | ast.expr) -> list[tuple[int, int]]:
        """Where tasks are made in a statement."""
        span = self.source.span(statement)
        first, last = (span.line, span.column), (span.end_line, span.end_column)
        return self.origins[bisect_left(self.origins, first) : bisect_left(self.origins, last)]

    def making_methods(self, statement: ast.ClassDef) -> list[ast.FunctionDef]:
        """The methods that run where tasks are made: those that make them, special ones, and what these call."""
        methods = {n.name: n for n in statement.body if isinstance(n, ast.FunctionDef)}
        found = [m for m in methods.values() if self.made_in(m) or m.name.startswith("__")]
        for method in found:  # grows
            called = {
                n.func.attr
                for n in walk(method)
                if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
            }
            found += [methods[name] for name in sorted(called & methods.keys()) if methods[name] not in found]
        return found

    def _making(self) -> frozenset[str]:
        """Functions and classes that make tasks, also by calling one that does."""
        defined = ast.FunctionDef | ast.ClassDef
        functions = [p.statement for p in self.places if isinstance(p.statement, defined)]
        found = {f.name for f in functions if id(f) in self.makers}
        while True:
            more = {f.name for f in functions if f.name not in found and _called(f) & found}
            if not more:
                break
            found |= more
            self.makers |= {id(f) for f in functions if f.name in more}
        return frozenset(found)

    def _held(self) -> frozenset[str]:
        found = {*self.making, *self.dag_of, *(n for names in self.parameters.values() for n in names)}
        for place in self.places:
            statement = place.statement
            if isinstance(statement, COMPOUND) and id(statement) in self.makers:
                found |= {*names_set(statement), *names_filled(statement)}
        waiting = [p.statement for p in self.places]
        while True:
            left = []
            for statement in waiting:
                if self._passes_on(statement, found):
                    found |= {*names_set(statement), *names_filled(statement)}
                else:
                    left.append(statement)
            if len(left) == len(waiting):
                return frozenset(found)
            waiting = left

    def _passes_on(self, statement: ast.stmt, held: set[str]) -> bool:
        """Whether a statement makes a task, or works with names that hold some."""
        if not isinstance(statement, (*COMPOUND, *SIMPLE)):
            return False
        if isinstance(statement, SIMPLE) and self.made_in(statement):
            return True
        return bool(set(names_read(statement)) & held) and effect(statement, self.source, held) is None

    @cached_property
    def decorated(self) -> frozenset[str]:
        """Functions under a decorator of Airflow's: calling one makes a task, a group or a DAG."""
        return frozenset(
            node.name
            for node in walk(self.source.tree)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            and any(name.startswith("airflow.") for name in self.source.decorators(node))
        )

    def holds(self, statement: ast.stmt, dag: Dag) -> bool:
        """Whether a DAG is made in a statement."""
        return _first_line(statement) <= dag.origin.line <= (statement.end_lineno or 0)

    def owns(self, dag: Dag, line: int) -> bool:
        """Whether a line is in the block of a DAG, or in what makes it."""
        first, last = self._blocks.get(dag.dag_id, (0, -1))
        return first <= line <= last

    @cached_property
    def _blocks(self) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        for dag in self.dags:
            for statement in self._statements(self.source.tree.body):
                alone = isinstance(statement, (ast.With, ast.FunctionDef)) and self.begins(statement) is dag
                alone = alone or (isinstance(statement, ast.FunctionDef) and self.is_asset(statement) is dag)
                if alone or (id(statement) in self.makers and self.holds(statement, dag)):
                    found[dag.dag_id] = (_first_line(statement), statement.end_lineno or 0)
        return found

    def _statements(self, body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
        """Those of the module, with what stands under the condition of a guard in its place."""
        for statement in body:
            if isinstance(statement, ast.If) and (held := self.guards.get(id(statement))):
                yield from self._statements(of_branch(statement, held))
            else:
                yield statement

    def made_inside(self, dag: Dag) -> bool:
        """Whether a DAG is made in a loop or a function, and not by a statement of the module."""
        line = dag.origin.line
        return any(
            _first_line(p.statement) <= line <= (p.statement.end_lineno or 0)
            for p in self.places
            if id(p.statement) in self.makers
        )

    # ------------------------------------------------------------------ what is gone
    def away(self, node: ast.AST) -> set[str]:
        """The names that a node reads, and that mean nothing, or something else, outside of its place."""
        own = set(names_bound(node))
        return (set(names_read(node)) - own) & (self._local(node) | self.held)

    def moves(self, function: ast.AST) -> bool:
        """Whether a function is defined where tasks are made, so that its text is taken out of there."""
        around = self._place(function)
        return around is not None and id(around.statement) in self.makers

    def stays(self, name: str) -> bool:
        """Whether a plain statement gives a name to the new module."""
        return name in self._kept and name not in self.held

    def in_module(self, name: str) -> bool:
        """Whether a statement of the module sets a name."""
        return name in self._set

    @cached_property
    def _set(self) -> frozenset[str]:
        return frozenset(name for place in self.places for name in names_set(place.statement))

    @cached_property
    def _kept(self) -> frozenset[str]:
        kept = (p.statement for p in self.places if id(p.statement) not in self.makers)
        return frozenset(name for statement in kept for name in names_set(statement))

    def _local(self, node: ast.AST) -> set[str]:
        around = self._place(node)
        if around is None:
            return set()
        statement = around.statement
        if isinstance(statement, SIMPLE):
            inside = [
                n for n in walk(statement) if isinstance(n, (ast.comprehension, ast.arg, ast.NamedExpr))
            ]
            return {name for n in inside for name in names_bound(n)}
        imported = {n for part in walk(statement) if isinstance(part, ast.alias) for n in names_bound(part)}
        return set(names_bound(statement)) - imported

    def around(self, line: int) -> ast.stmt | None:
        """The statement that a line is in."""
        found = [p.statement for p in self.places if _first_line(p.statement) <= line]
        return found[-1] if found and line <= (found[-1].end_lineno or 0) else None

    def _place(self, node: ast.AST) -> Place | None:
        line = getattr(node, "lineno", 0)
        index = bisect_right(self._starts, line) - 1
        while index >= 0:  # several statements may share a line
            place = self.places[index]
            if _inside(node, place.statement):
                return place
            if (place.statement.end_lineno or 0) < line:
                return None
            index -= 1
        return None

    @cached_property
    def _starts(self) -> list[int]:
        return [_first_line(p.statement) for p in self.places]


def _read_here(task: Task, dag: Dag) -> bool:
    """Whether the place of a task in the text of the file is known."""
    here = task.origin.file == dag.origin.file and task.origin.seen_by != "runtime"
    return here and dag.form != "asset"  # its function is the task


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(d.lineno for d in decorators)])


def _inside(node: ast.AST, statement: ast.stmt) -> bool:
    first = (
        _first_line(statement),
        0 if getattr(statement, "decorator_list", None) else statement.col_offset,
    )
    place = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
    return first <= place < (statement.end_lineno or 0, statement.end_col_offset or 0)


def _called(function: ast.AST) -> set[str]:
    """The functions that are called by name in a function."""
    return {n.func.id for n in walk(function) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}


@on_node
def names_set(statement: ast.stmt) -> tuple[str, ...]:
    """The names that a statement gives to the scope that it stands in."""
    return tuple(_names_set(statement))


def _names_set(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, DEFINITIONS):
        yield statement.name
        return
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name):
            if node.ctx.__class__ is not ast.Load:
                yield node.id
        elif isinstance(node, DEFINITIONS):
            yield node.name
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.partition(".")[0]
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)):
            waiting += [n for n in walk(node) if isinstance(n, ast.NamedExpr)]
        else:
            waiting += children(node)


@on_node
def names_filled(statement: ast.stmt) -> tuple[str, ...]:
    """The names of containers that a statement puts something into, or changes in another way."""
    return tuple(_names_filled(statement))


def _names_filled(statement: ast.stmt) -> Iterator[str]:
    for node in walk(statement):
        base: ast.expr | None = None
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
                base = node.func.value
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, (ast.Store, ast.Del)):
            base = node.value
        while isinstance(base, (ast.Subscript, ast.Attribute)):
            base = base.value
        if isinstance(base, ast.Name):
            yield base.id
