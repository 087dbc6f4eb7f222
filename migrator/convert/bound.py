"""What a task calls that is no function alone: a method of an object or a class, what `functools.partial` gives.

It is called as it was written, where that means the same in the new module; else with the values that it has: in a loop
over tables `Loader(table).load` becomes `Loader("orders").load`.
"""

import ast
import copy
from collections.abc import Mapping

from migrator.convert.context import given as given_by_airflow
from migrator.convert.scope import Scope, Setting
from migrator.convert.source import names_read
from migrator.convert.worn import worn
from migrator.ir import Bound, Made, Task, Template, Value, XCom
from migrator.ir import walk as walk_values
from migrator.record import dataclass
from migrator.scan.tree import walk

PARTIAL = "functools.partial"


@dataclass(frozen=True)
class Callee:
    """What is called, the arguments that stand in each call of it, and the parameters that are left."""

    text: str
    parts: tuple[str, ...]
    signature: ast.FunctionDef
    here: bool  # its function is in the file of the DAG


def callee(task: Task, setting: Setting, call: ast.Call | None, scope: Scope) -> Callee | None:
    """Of a task with something bound; None after a problem was noted."""
    bound = task.bound
    assert bound is not None
    here, left = _is_here(bound, setting), left_of(bound, setting)
    if left is None or any(given_by_airflow(name, setting.timing) for name in bound.keywords):
        scope.refuse("OP046", "what it calls is bound to something in a way that is not known")
        return None
    for name in sorted(
        bound.function.closure.keys() - {p.arg for p in walk(left.args) if isinstance(p, ast.arg)}
    ):
        if not setting.ground.stays(name):
            scope.refuse(
                "SC055", f"`{bound.function.name}` reads `{name}`, which is set where tasks are made"
            )
            return None
    found = _Text(bound, setting, scope).of(_written(call))
    return Callee(found[0], found[1], left, here) if found else None


def left_of(bound: Bound, setting: Setting) -> ast.FunctionDef | None:
    """The function with the parameters that still get their value in a call; None where that is not known."""
    source = setting.source if _is_here(bound, setting) else setting.source.part(bound.function.file or "")
    function = source.functions.get(bound.function.line or 0) if source else None
    known = isinstance(function, ast.FunctionDef) and not worn(function, setting.source, ("classmethod",))
    return _left(function, bound) if known and isinstance(function, ast.FunctionDef) else None


def _is_here(bound: Bound, setting: Setting) -> bool:
    return bound.function.file in (None, setting.dag.origin.file)


def _written(call: ast.Call | None) -> ast.expr | None:
    """The expression that the task's call has for it."""
    return {k.arg: k.value for k in call.keywords}.get("python_callable") if call else None


@dataclass(frozen=True)
class _Text:
    """How it is called in the new module."""

    bound: Bound
    setting: Setting
    scope: Scope

    def of(self, node: ast.expr | None) -> tuple[str, tuple[str, ...]] | None:
        bound = self.bound
        stays = node is not None and not self.setting.ground.away(node)
        making = node if isinstance(node, ast.Call) and self._is_partial(node) else None
        if not bound.method and (making or not stays):
            parts = self._parts(bound.args, bound.keywords, making, skipped=1)
            return (
                (bound.function.name, parts) if parts is not None and self._has(bound.function.name) else None
            )
        if stays and node is not None:
            return self._unparsed(node), ()
        if bound.owner is None:
            why = "the object whose method it calls is made where tasks are made, and may have changed since"
            self.scope.refuse("SC053", why)
            return None
        made = self._made(bound.owner, node)
        return (f"{made}.{bound.function.name}", ()) if made else None

    def _is_partial(self, node: ast.Call) -> bool:
        return self.setting.source.qualified(node.func) == PARTIAL

    def _unparsed(self, node: ast.expr) -> str:
        """On one line; names that mean something of Airflow's are refused."""
        for name in sorted(set(names_read(node))):
            if self.setting.source.from_airflow(name):
                self.scope.refuse(*self.setting.source.why_airflow(name))
        text = self.setting.source.segment(node)
        return ast.unparse(node) if "\n" in text else text

    def _made(self, owner: Made, node: ast.expr | None) -> str | None:
        """Another object of the class with the same arguments."""
        making = node.value if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call) else None
        parts = self._parts(owner.args, owner.keywords, making, skipped=0)
        return f"{owner.name}({', '.join(parts)})" if parts is not None and self._has(owner.name) else None

    def _has(self, name: str) -> bool:
        """Whether the new module has a function or class of that name."""
        source, ground = self.setting.source, self.setting.ground
        if source.from_airflow(name):
            self.scope.refuse(*source.why_airflow(name))
            return False
        if name in source.imports or ground.stays(name):
            return True
        self.scope.refuse("OP046", f"`{name}` is no name of the module")
        return False

    def _parts(
        self, args: tuple[Value, ...], keywords: Mapping[str, Value], making: ast.Call | None, *, skipped: int
    ) -> tuple[str, ...] | None:
        """The arguments as text: as they were written where that means the same in the new module."""
        nodes: list[ast.expr | None] = list(making.args[skipped:]) if making else []
        if len(nodes) != len(args) or any(isinstance(n, ast.Starred) for n in nodes):
            nodes = [None] * len(args)
        named = {k.arg: k.value for k in making.keywords if k.arg} if making else {}
        texts = [self._text(value, node) for value, node in zip(args, nodes, strict=True)]
        pairs = [(name, self._text(value, named.get(name))) for name, value in keywords.items()]
        if None in texts or any(text is None for _, text in pairs):
            return None
        return (*(t for t in texts if t is not None), *(f"{name}={text}" for name, text in pairs))

    def _text(self, value: Value, node: ast.expr | None) -> str | None:
        if any(isinstance(part, (Template, XCom)) for part in walk_values(value)):
            self.scope.refuse("OP046", "what it calls holds a text in braces, or what another task returns")
            return None
        kept = node if node is not None and not self.setting.ground.away(node) else None
        return self.scope.unrendered(value, kept)


def _left(function: ast.FunctionDef, bound: Bound) -> ast.FunctionDef | None:
    """The function with the parameters that still get their value in a call."""
    shape = function.args
    places = [*shape.posonlyargs, *shape.args]
    usual: list[ast.expr | None] = [None] * (len(places) - len(shape.defaults)) + list(shape.defaults)
    taken = bound.method + len(bound.args)
    if taken > len(places) and not shape.vararg:
        return None
    pairs = list(zip(places, usual, strict=True))[taken:]
    first = next((i for i, (p, _) in enumerate(pairs) if p.arg in bound.keywords), len(pairs))
    behind = [(p, d) for p, d in pairs[first:] if p.arg not in bound.keywords]
    behind += [
        (p, d)
        for p, d in zip(shape.kwonlyargs, shape.kw_defaults, strict=True)
        if p.arg not in bound.keywords
    ]
    left = copy.copy(function)
    left.args = ast.arguments(
        posonlyargs=[],
        args=[p for p, _ in pairs[:first]],
        vararg=shape.vararg,
        kwonlyargs=[p for p, _ in behind],
        kw_defaults=[d for _, d in behind],
        kwarg=shape.kwarg,
        defaults=[d for _, d in pairs[:first] if d is not None],
    )
    return left
