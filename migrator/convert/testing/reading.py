"""A generated module as its tests see it: the steps, what they take, and what they return.

Read from the text of the module and not from how it was made, as a person would who writes tests for it.
"""

import ast
from collections.abc import Container, Iterator, Mapping
from functools import cached_property

from migrator.record import dataclass

Key = tuple[str, ...]
Function = ast.FunctionDef
CONTEXT = "context"
KINDS = frozenset({"asset", "multi_asset", "graph_asset", "graph_multi_asset", "op", "outcome_op"})
TIMES = ("Daily", "Hourly", "Weekly", "Monthly", "TimeWindow")


@dataclass(frozen=True)
class Step:
    """A function that Dagster runs. `kind` is the name of its decorator.

    `ins` has the key of the asset that each parameter takes, where it takes the value as it is.
    """

    node: Function
    kind: str
    arguments: Mapping[str, ast.expr]
    ins: Mapping[str, Key]
    key: Key | None

    @property
    def name(self) -> str:
        """Of the function."""
        return self.node.name

    @property
    def parameters(self) -> list[str]:
        """Without the context."""
        return [a.arg for a in self.node.args.args if a.arg != CONTEXT]

    @property
    def takes_context(self) -> bool:
        """Whether it is given one."""
        return any(a.arg == CONTEXT for a in self.node.args.args)


class Module:
    """One generated module."""

    def __init__(self, text: str) -> None:
        self.tree = ast.parse(text)
        self.names = dict(self._bound())

    def _bound(self) -> Iterator[tuple[str, ast.stmt]]:
        for statement in self.tree.body:
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                yield statement.name, statement
            elif isinstance(statement, (ast.Import, ast.ImportFrom)):
                for alias in statement.names:
                    yield (alias.asname or alias.name).partition(".")[0], statement
            else:
                for node in ast.walk(statement):
                    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                        yield node.id, statement

    @cached_property
    def steps(self) -> list[Step]:
        """Those that are functions of the module itself, in its order."""
        found = (self._step(s) for s in self.tree.body if isinstance(s, ast.FunctionDef))
        return [step for step in found if step is not None]

    @cached_property
    def by_key(self) -> dict[Key, Step]:
        """The assets."""
        return {step.key: step for step in self.steps if step.key is not None}

    @cached_property
    def windows(self) -> list[str]:
        """The variables that hold the partitions of jobs of ops."""
        found = (self._decorator(s, {"job"}) for s in self.tree.body if isinstance(s, ast.FunctionDef))
        given = (self._arguments(call)[0].get("partitions_def") for call in found if call is not None)
        return sorted({node.id for node in given if isinstance(node, ast.Name)})

    def has_windows(self, step: Step) -> bool:
        """Whether a run of the step is about a window of time that the module says how to find."""
        given: ast.expr | None = step.arguments.get("partitions_def")
        if step.kind != "asset":
            return len(self.windows) == 1 and self._is_window(self.windows[0])
        return isinstance(given, ast.Name) and self._is_window(given.id)

    def _is_window(self, name: str) -> bool:
        made = self.names.get(name)
        value = made.value if isinstance(made, ast.Assign) else None
        return isinstance(value, ast.Call) and _last(value).startswith(TIMES)

    def _step(self, node: Function) -> Step | None:
        call = self._decorator(node, KINDS)
        if call is None:
            return None
        kind = _last(call)
        arguments, known = self._arguments(call)
        if kind != "asset":
            return Step(node, kind, arguments, {}, None)
        return Step(node, kind, arguments, _ins(arguments), _key(node, arguments) if known else None)

    def _decorator(self, node: Function, kinds: Container[str]) -> ast.expr | None:
        return next((d for d in node.decorator_list if _last(d) in kinds), None)

    def _arguments(self, call: ast.expr) -> tuple[dict[str, ast.expr], bool]:
        """The arguments of a decorator with those that steps share, and whether that is all of them."""
        found: dict[str, ast.expr] = {}
        known = True
        for keyword in call.keywords if isinstance(call, ast.Call) else ():
            if keyword.arg is not None:
                found[keyword.arg] = keyword.value
            else:
                given, complete = self._shared(keyword.value)
                found = {**given, **found}
                known = known and complete
        return found, known

    def _shared(self, node: ast.expr) -> tuple[dict[str, ast.expr], bool]:
        made = self.names.get(node.id) if isinstance(node, ast.Name) else None
        if isinstance(made, ast.Assign) and isinstance(made.value, ast.Call) and _last(made.value) == "dict":
            return self._arguments(made.value)
        return {}, False


def _last(node: ast.expr) -> str:
    """`asset` of `@dg.asset(...)`."""
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _key(node: Function, arguments: Mapping[str, ast.expr]) -> Key | None:
    if "key" in arguments:
        return _path(arguments["key"])
    prefix = _path(arguments["key_prefix"]) if "key_prefix" in arguments else ()
    name = _path(arguments["name"]) if "name" in arguments else (node.name,)
    return None if prefix is None or name is None else (*prefix, *name)


def _ins(arguments: Mapping[str, ast.expr]) -> dict[str, Key]:
    """Parameters that take the value of one asset: nothing but its key is said of them."""
    given = arguments.get("ins")
    found: dict[str, Key] = {}
    for name, value in zip(given.keys, given.values, strict=True) if isinstance(given, ast.Dict) else ():
        if not (isinstance(name, ast.Constant) and isinstance(value, ast.Call)) or value.args:
            continue
        key = _path(value.keywords[0].value) if [k.arg for k in value.keywords] == ["key"] else None
        if key is not None:
            found[str(name.value)] = key
    return found


def _path(node: ast.expr) -> Key | None:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return None
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) and all(isinstance(v, str) for v in value) else None
