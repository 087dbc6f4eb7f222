"""Whether a test may call a step: what its body uses, and that of all helpers that it calls."""

import ast
from collections.abc import Iterator

from migrator.convert.testing.names import BUILTINS, FRAMES, METHODS, is_harmless
from migrator.convert.testing.reading import CONTEXT, Module, Step

# What a context has that was made for a test; the rest needs a run.
OF_ASSET = frozenset({"log", "partition_key", "partition_time_window", "has_partition_key"})
OF_OP = frozenset({"log", "partition_key", "has_partition_key"})
WINDOW = "runtime.dates.data_interval"
YIELDS = (ast.Yield, ast.YieldFrom, ast.Await, ast.AsyncFor, ast.AsyncWith)


def reason(module: Module, step: Step) -> str | None:
    """Why a test does not call it; None for a step that a test may call."""
    if step.kind not in ("asset", "op", "outcome_op"):
        return "it has several outputs"
    if len(step.node.decorator_list) > 1:
        return "it tells its run what it updates"
    if _is_mapped_over(step.node):
        return "its value is mapped over"
    if step.takes_context and step.node.args.args[0].arg != CONTEXT:
        return "its context is not its first parameter"
    return next(_Look(module, step).problems(step.node), None)


def _is_mapped_over(function: ast.FunctionDef) -> bool:
    """Whether its decorator says `many=True`: what is no list is an error."""
    calls = [d for d in function.decorator_list if isinstance(d, ast.Call)]
    return any(k.arg == "many" for call in calls for k in call.keywords)


def _divides_by_zero(node: ast.AST) -> bool:
    divides = isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Div, ast.FloorDiv, ast.Mod))
    return divides and isinstance(node.right, ast.Constant) and node.right.value == 0  # type: ignore[attr-defined]


class _Look:
    def __init__(self, module: Module, step: Step) -> None:
        self.module, self.step = module, step
        self.seen: set[str] = set()

    def problems(self, node: ast.stmt) -> Iterator[str]:
        """What is not harmless in a function, a class or another statement of the module."""
        body = _without_decorators(node)
        local = _Local(body)
        for part in body:
            for inner in ast.walk(part):
                yield from self._problem(inner, local)

    def _problem(self, node: ast.AST, local: "_Local") -> Iterator[str]:
        if isinstance(node, YIELDS):
            yield "it yields its outputs"
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            yield "it changes what others see"
        elif isinstance(node, ast.Raise) or _divides_by_zero(node):
            yield "it may end with an error"
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield from self._attribute(node, local)
        elif isinstance(node, ast.Call):
            yield from self._call(node, local)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield from self._name(node.id, local)

    def _attribute(self, node: ast.Attribute, local: "_Local") -> Iterator[str]:
        assert isinstance(node.value, ast.Name)
        root = node.value.id
        if root == CONTEXT and self.step.takes_context:
            known = OF_ASSET if self.step.kind == "asset" else OF_OP
            if node.attr != "log" and (node.attr not in known or not self.module.has_windows(self.step)):
                yield f"it asks its run for `{node.attr}`"
        elif root in local.modules:
            yield from _imported(f"{local.modules[root]}.{node.attr}")
        elif root not in local.names and (dotted := _dotted(self.module.names.get(root), root)):
            yield from _imported(f"{dotted}.{node.attr}")

    def _call(self, node: ast.Call, local: "_Local") -> Iterator[str]:
        called = node.func
        if (
            isinstance(called, ast.Attribute)
            and called.attr in METHODS
            and not self._is_module(called, local)
        ):
            yield f"it calls `.{called.attr}()`"
        if isinstance(called, ast.Name) and called.id in local.names and called.id not in local.functions:
            yield f"it calls `{called.id}`, whatever that is"
        given = [*node.args, *(k.value for k in node.keywords)]
        if any(isinstance(a, ast.Name) and a.id == CONTEXT for a in given) and self.step.takes_context:
            name = called.id if isinstance(called, ast.Name) else ""
            dotted = _dotted(self.module.names.get(name), name) or ""
            window = (
                dotted.endswith(WINDOW) and self.step.kind == "asset" and self.module.has_windows(self.step)
            )
            if not window:
                yield "it hands its context on"

    def _is_module(self, called: ast.Attribute, local: "_Local") -> bool:
        root = called.value
        if not isinstance(root, ast.Name) or root.id in local.names:
            return False
        return root.id in local.modules or isinstance(
            self.module.names.get(root.id), (ast.Import, ast.ImportFrom)
        )

    def _name(self, name: str, local: "_Local") -> Iterator[str]:
        if name in local.modules:
            yield from _imported(local.modules[name])
            return
        if name in local.names or name in self.seen:
            return
        self.seen.add(name)
        bound = self.module.names.get(name)
        if bound is None:
            if name not in BUILTINS:
                yield f"it uses `{name}`"
        elif isinstance(bound, (ast.Import, ast.ImportFrom)):
            yield from _imported(_dotted(bound, name) or name)
        elif isinstance(bound, (ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)):
            if isinstance(bound, ast.FunctionDef) and bound.decorator_list:
                yield f"it uses `{name}`"
            yield from self.problems(bound)
        else:
            yield f"it uses `{name}`"


class _Local:
    """The names that belong to a body itself, and the modules that it imports."""

    def __init__(self, body: list[ast.AST]) -> None:
        self.names: set[str] = set()
        self.functions: set[str] = set()
        self.modules: dict[str, str] = {}
        for part in body:
            for node in ast.walk(part):
                self._bind(node)

    def _bind(self, node: ast.AST) -> None:
        if isinstance(node, ast.arg):
            self.names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            self.names.add(node.id)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            self.names.add(node.name)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            self.names.add(node.name)
            self.functions.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                name = (alias.asname or alias.name).partition(".")[0]
                self.modules[name] = _dotted(node, name) or name


def _without_decorators(node: ast.stmt) -> list[ast.AST]:
    """What is looked at: a function without annotations, whose names need not exist."""
    if isinstance(node, ast.FunctionDef):
        arguments = [ast.arg(a.arg) for a in ast.walk(node.args) if isinstance(a, ast.arg)]
        return [*arguments, *node.args.defaults, *filter(None, node.args.kw_defaults), *node.body]
    if isinstance(node, ast.ClassDef):
        return [*node.bases, *node.decorator_list, *node.body]
    value = getattr(node, "value", None)
    return [value] if isinstance(value, ast.AST) else [node]


def _dotted(statement: ast.stmt | None, name: str) -> str | None:
    """What an imported name stands for; None where it is not an import."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            if alias.asname == name:
                return alias.name
            if alias.asname is None and alias.name.partition(".")[0] == name:
                return name
    if isinstance(statement, ast.ImportFrom):
        for alias in statement.names:
            if (alias.asname or alias.name) == name:
                return f"{'.' * statement.level}{statement.module or ''}.{alias.name}".lstrip(".")
    return None


def _imported(dotted: str) -> Iterator[str]:
    if not is_harmless(dotted) and not dotted.endswith(WINDOW):
        yield f"it uses `{dotted}`"


def frames(module: Module, step: Step) -> list[str]:
    """Libraries that are imported inside the step, and so may not be there."""
    body = _Local(_without_decorators(step.node))
    return sorted({dotted.partition(".")[0] for dotted in body.modules.values()} & FRAMES)
