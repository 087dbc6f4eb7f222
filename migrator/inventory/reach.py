"""The code that a DAG runs: its file and what that imports, the functions of its tasks, and all that these call."""

import ast
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from migrator.findings import Finding
from migrator.inventory.env import Beside, Env, Unknown, Uri, Values, parameters
from migrator.inventory.model import Need
from migrator.inventory.modules import MOST_FILES, Modules
from migrator.inventory.sources import Sources
from migrator.inventory.units import Ref, Unit, Use
from migrator.inventory.values import NOTHING
from migrator.ir import (
    Code,
    Custom,
    Dag,
    Dictionary,
    Function,
    Literal,
    Origin,
    Sequence,
    Task,
    UnknownSchedule,
    Value,
    walk,
)
from migrator.record import dataclass

MOST_UNITS, MOST_WAYS = 3000, 40  # that a DAG runs; in which one unit is called with different arguments


@dataclass
class Found:
    """What code needs, and what it needs under names that are not known."""

    needs: set[Need] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


class Reach:
    """One DAG's way through the code."""

    def __init__(self, dag: Dag, sources: Sources) -> None:
        self.dag, self.sources = dag, sources
        self.modules = Modules(sources)
        self.found = Found()
        self.seen: set[tuple[object, ...]] = set()
        self.run_as: dict[int, list[Env]] = {}  # by unit
        self.waiting: deque[Env] = deque()
        self.own: Unit | None = None

    def run(self) -> Found:
        """Module level first: functions of tasks may use the names that it gives to factories."""
        self._modules(self.dag.origin.file)
        self._drain()
        homes = {task.function.file for task in self.dag.tasks if task.function}
        if any(map(self.modules.matters, self.modules.loaded)) or not homes <= {None, *self.modules.loaded}:
            for task in self.dag.tasks:
                self._task(task)
        self._schedule()
        values = [*self.dag.args.values(), *self.dag.default_args.values()]
        for function in _functions(values):
            self._function(function, {})
        self._drain()
        if self.modules.cut:
            message = f"more than {MOST_FILES} files of the folder are imported; the rest was not looked at"
            self._report("DP008", message, self.dag.origin)
        self.found.needs |= {Need("packages", name) for name in self.modules.packages}
        return self.found

    # ---- where it starts
    def _modules(self, path: str) -> None:
        for loaded in self.modules.load(path):
            facts = self.modules.loaded[loaded]
            if loaded == self.dag.origin.file:
                line = self.dag.origin.line
                self.own = next((unit for unit in facts.dags if line in unit.lines), None)
            self._visit(Env(loaded, facts, facts.module))

    def _schedule(self) -> None:
        """Datasets inside a timetable, which the model keeps as text."""
        if not isinstance(self.dag.schedule, (Custom, UnknownSchedule)):
            return
        given = [self.dag.args.get(name) for name in ("schedule", "timetable", "schedule_interval")]
        text = next((value.source for value in given if isinstance(value, Code)), "")
        if "sset" not in text and "ataset" not in text:
            return
        found = self.modules.expression(text, self.dag.origin.file)
        uris = {v.uri for v in self._all(*found) if isinstance(v, Uri)} if found else set()
        self.found.needs |= {Need("consumes", uri) for uri in uris}
        if not uris:
            self._report("DP003", "the schedule waits for datasets; the name is not known", self.dag.origin)

    def _all(self, top: ast.expr, env: Env) -> Iterator[object]:
        for node in ast.walk(top):
            if isinstance(node, (ast.Name, ast.Attribute, ast.Call)):
                for value in self.modules.evaluator.values(node, env):
                    yield from value if isinstance(value, list) else [value]

    def _task(self, task: Task) -> None:
        if task.function is not None:
            self._function(task.function, _given(task))
        for function in _functions([*task.args.values(), *task.positional, *task.keywords.values()]):
            if function != task.function:
                self._function(function, {})
        if not task.operator.startswith("airflow."):
            self._operator(task)

    def _function(self, function: Function, given: "Mapping[str | int, Values]") -> None:
        if function.file is None or function.line is None:
            return
        self._modules(function.file)
        facts = self.modules.loaded.get(function.file)
        unit = facts.functions.get(function.line) if facts else None
        if unit is not None:
            names = list(parameters(unit))
            bound = {names[k] if isinstance(k, int) else k: v for k, v in given.items() if _fits(k, names)}
            self._enter(function.file, unit, {k: v for k, v in bound.items() if k in names})

    def _operator(self, task: Task) -> None:
        """An operator of the users' own: its class, with what the task gives it."""
        near = self.dag.origin.file
        module, _, name = task.operator.rpartition(".")
        stem = near.removesuffix(".py").replace("/", ".")
        path = near if stem.endswith(module) else self.modules.locate(module, near)
        if path is None or not path.endswith(".py"):
            return
        self._modules(path)
        facts = self.modules.loaded.get(path)
        found = self.modules.unit_of(Env(path, facts, facts.module), name) if facts else None
        if found is not None:
            given = {k: _alternatives(v, mapped=k in task.expand) for k, v in task.args.items()}
            self._enter(*found, given)

    # ---- on the way
    def _enter(self, path: str, unit: Unit, given: Mapping[str, Values], near: Env | None = None) -> None:
        """Runs a unit inside what is around it, as that has been run."""
        facts = self.modules.loaded.get(path)
        if facts is None:
            return
        for outer in self._around(path, unit, near):
            self._visit(Env(path, facts, unit, given, outer))

    def _around(self, path: str, unit: Unit, near: Env | None) -> list[Env]:
        facts, parent = self.modules.loaded[path], unit.parent
        if parent is None:
            return []
        inside = next((env for env in near.chain() if env.unit is parent), None) if near else None
        if inside is not None:
            return [inside]
        run = self.run_as.get(id(parent), [])
        return run or [Env(path, facts, parent, {}, next(iter(self._around(path, parent, None)), None))]

    def _visit(self, env: Env) -> None:
        if not self.modules.matters(env.path):
            return
        ways = self.run_as.setdefault(id(env.unit), [])
        if env.key in self.seen or len(ways) >= MOST_WAYS:
            return
        if len(self.seen) >= MOST_UNITS:
            message = f"more than {MOST_UNITS} functions are run by this DAG; the rest was not looked at"
            self._report("DP008", message, self.dag.origin)
            return
        ways.append(env)
        self.seen.add(env.key)
        self.waiting.append(env)

    def _drain(self) -> None:
        while self.waiting:
            env = self.waiting.popleft()
            for use in env.unit.asked:
                self._use(use, env)
            for ref in env.unit.calls:
                self._follow(ref, env)
            for ref in env.unit.mentions:
                self._follow(ref, env)
                for inner in env.facts.globals_.get(ref.dotted, ()):
                    self._follow(inner, env)
            self._inside(env)

    def _inside(self, env: Env) -> None:
        """A class runs all its methods, and those of its bases; a file the DAGs in it."""
        if env.unit.kind == "class":
            for unit in env.unit.names.values():
                self._visit(Env(env.path, env.facts, unit, self._of_init(unit, env), env))
            base = self.modules.base_of(env)
            if base is not None:
                self._visit(base)
        elif env.unit.kind == "module":
            for unit in env.facts.dags:
                if unit.kind == "dag" and self._is_ours(unit, env.path):
                    self._visit(Env(env.path, env.facts, unit, {}, env))

    @staticmethod
    def _of_init(unit: Unit, env: Env) -> Mapping[str, Values]:
        return env.given if unit.name == "__init__" else {}

    def _is_ours(self, unit: Unit, path: str) -> bool:
        return path != self.dag.origin.file or self.own is None or unit is self.own

    def _follow(self, ref: Ref, env: Env) -> None:
        found = self.modules.unit_of(env, ref.dotted)
        if found is None or (found[0] in self.modules.loaded and not self.modules.matters(found[0])):
            return
        path, unit = found
        if unit.is_task and self.dag.partial is None:
            return  # it is one of the DAG's tasks, or none
        if unit.lines and not self._is_ours(unit, path):
            return
        if path not in self.modules.loaded:
            self._modules(path)
        self._enter(path, unit, self._arguments(ref.call, unit, env) if ref.call else {}, env)

    def _arguments(self, call: ast.Call, unit: Unit, env: Env) -> dict[str, Values]:
        names = list(parameters(unit))
        if unit.kind == "function" and unit.parent is not None and unit.parent.kind == "class":
            names = names[1:]  # self
        given: dict[str, Values] = {}
        values = self.modules.evaluator.values
        for name, node in zip(names, call.args, strict=False):
            if isinstance(node, ast.Starred):
                break
            given[name] = values(node, env)
        for keyword in call.keywords:
            if keyword.arg in names:
                given[keyword.arg] = values(keyword.value, env)
        return given

    # ---- what is needed
    def _use(self, use: Use, env: Env) -> None:
        values = self.modules.evaluator.values(use.asked.node, env)
        names = self._files(values, env, use) if use.asked.kind == "files" else _texts(values)
        for name in names:
            if name is not None:
                self.found.needs.add(Need(use.asked.kind, name))
            elif use.asked.code is not None:
                origin = Origin(env.path, use.line, use.column)
                self._report(use.asked.code, f"{use.asked.message}; the name is not known", origin)

    def _files(self, values: Values, env: Env, use: Use) -> Iterator[str | None]:
        """Files that are there, and those that are named by their place beside the code."""
        sure = use.asked.code is not None
        for value in values:
            if isinstance(value, Beside):
                if value.path == "?":
                    yield None
                elif (sure and value.path) or self.sources.has(value.path):
                    yield value.path
            elif isinstance(value, str) and sure and not value.startswith("/") and "://" not in value:
                yield from (p for p in _beside(value, env.path) if self.sources.has(p))

    def _report(self, code: str, message: str, origin: Origin) -> None:
        own = origin.file == self.dag.origin.file and not self.dag.factory
        self.found.findings.append(Finding(code, message, origin, self.dag.dag_id if own else None))


def _beside(name: str, near: str) -> list[str]:
    """A relative name, from the folder of the file and from the top."""
    import posixpath

    here = posixpath.normpath(posixpath.join(posixpath.dirname(near), name))
    return [here] if here == posixpath.normpath(name) else [here, posixpath.normpath(name)]


def _texts(values: Values) -> Iterator[str | None]:
    """The names among the values; None for what is not known."""
    for value in values:
        if isinstance(value, Unknown):
            yield None
        elif isinstance(value, str) and value:
            yield value


def _fits(key: str | int, names: list[str]) -> bool:
    return isinstance(key, str) or key < len(names)


def _functions(values: Iterable[Value]) -> Iterator[Function]:
    return (inner for value in values for inner in walk(value) if isinstance(inner, Function))


def _given(task: Task) -> "dict[str | int, Values]":
    """The arguments of a task's function, by name or position."""
    positional: Iterable[Value] = task.positional or _members(task.args.get("op_args"))
    named = {**_entries(task.args.get("op_kwargs")), **task.keywords}
    given: dict[str | int, Values] = {i: _alternatives(v, mapped=False) for i, v in enumerate(positional)}
    given.update({k: _alternatives(v, mapped=k in task.expand) for k, v in named.items()})
    return given


def _members(value: Value | None) -> list[Value]:
    if isinstance(value, Literal) and isinstance(value.value, (list, tuple)):
        return [Literal(item) for item in value.value]
    return list(value.items) if isinstance(value, Sequence) else []


def _entries(value: Value | None) -> Mapping[str, Value]:
    if isinstance(value, Literal) and isinstance(value.value, dict):
        return {str(name): Literal(item) for name, item in value.value.items()}
    return value.items if isinstance(value, Dictionary) else {}


def _alternatives(value: Value, *, mapped: bool) -> Values:
    if not isinstance(value, Literal):
        return NOTHING
    return tuple(value.value) if mapped and isinstance(value.value, (list, tuple)) else (value.value,)
