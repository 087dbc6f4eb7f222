"""How each kind of statement is carried out, but for those that choose between blocks."""

import ast
import copy
from collections.abc import Callable
from contextlib import suppress

from migrator.scan.evaluator import bounds, exceptions, outside
from migrator.scan.evaluator.arithmetic import binary
from migrator.scan.evaluator.expressions import site, sliceable
from migrator.scan.evaluator.functions import define
from migrator.scan.evaluator.interpreter import Doubt, Interpreter, Raised, Signal, statement
from migrator.scan.evaluator.outside import may_make_tasks
from migrator.scan.evaluator.pieces import named
from migrator.scan.evaluator.streams import Managed
from migrator.scan.evaluator.values import Call, Module, Native, Opaque, Scope, Site, Thing

REST = "changed under a condition that is not known"


def bind(run: Interpreter, target: ast.expr, value: object, scope: Scope) -> None:
    """`target = value`."""
    if isinstance(target, ast.Name):
        if run.doubts and (target.id in scope.globals or target.id in scope.nonlocals):
            value = run.opaque(
                REST, site(scope, target), wild=True
            )  # seen outside of what is merged afterwards
        scope.store(target.id, named(value, target.id, scope))
    elif isinstance(target, ast.Starred):
        bind(run, target.value, value, scope)
    elif isinstance(target, (ast.Tuple, ast.List)):
        _unpack(run, target, value, scope)
    elif isinstance(target, ast.Attribute):
        run.assign(run.evaluate(target.value, scope), target.attr, value, site(scope, target))
    elif isinstance(target, ast.Subscript):
        container, key = run.evaluate(target.value, scope), run.evaluate(target.slice, scope)
        set_item(run, container, key, value, site(scope, target))


def _unpack(run: Interpreter, target: ast.Tuple | ast.List, value: object, scope: Scope) -> None:
    items = run.items(value)
    stars = [i for i, t in enumerate(target.elts) if isinstance(t, ast.Starred)]
    if items is None or (not stars and len(items) != len(target.elts)) or len(items) < len(target.elts) - 1:
        unknown = run.opaque(
            "unpacked from something that is not known", site(scope, target), _is_wild(value)
        )
        for part in target.elts:
            bind(run, part, unknown, scope)
        return
    if stars:
        tail = len(target.elts) - stars[0] - 1
        items = [*items[: stars[0]], items[stars[0] : len(items) - tail], *items[len(items) - tail :]]
    for part, item in zip(target.elts, items, strict=False):
        bind(run, part, item, scope)


def _is_wild(value: object) -> bool:
    return isinstance(value, Opaque) and value.wild


def set_item(run: Interpreter, container: object, key: object, value: object, at: Site) -> None:
    """`container[key] = value`; under a doubt the container is no longer known as a whole."""
    if isinstance(container, Namespace):
        container.module.names[str(key)] = value
    elif isinstance(container, dict):
        if run.doubts and not (bounds.hashable(key) and bounds.same(container.get(key, run), value)):
            container[Opaque(REST, rest=True)] = value
        if bounds.hashable(key):
            container[key] = run.opaque(REST, at) if run.doubts else value
        else:
            container[Opaque("a key that is not a constant", rest=True)] = value
    elif isinstance(container, list) and isinstance(key, int) and -len(container) <= key < len(container):
        container[key] = run.opaque(REST, at) if run.doubts else value
    elif isinstance(container, list) and isinstance(key, slice) and sliceable(key) and not run.doubts:
        items = run.items(value)
        container[key] = [Opaque(REST, rest=True)] if items is None else items
    elif isinstance(container, list):
        container.append(Opaque(REST, rest=True))


class Suppress(Thing):
    """`contextlib.suppress(...)`."""

    def __init__(self, kinds: list[object], at: Site) -> None:
        self.kinds, self.at = kinds, at


class Namespace(Thing):
    """`globals()`."""

    def __init__(self, module: Module) -> None:
        self.module = module

    def attribute(self, run: Interpreter, name: str, at: Site) -> object:
        """Its methods work on the module's names."""
        if name == "update":
            return Native(name, self._update)
        from migrator.scan.evaluator.attributes import attribute_of

        return attribute_of(run, self.module.names, name, at)

    def _update(self, run: Interpreter, call: Call) -> None:
        from migrator.scan.evaluator.builtin import BUILTINS

        made = run.call(BUILTINS["dict"], call)
        pairs = made if isinstance(made, dict) else {}
        if any(isinstance(k, Opaque) for k in pairs):
            outside.may_add_dags(run, "what is put among the names of the file", call)
        self.module.names.update({k: v for k, v in pairs.items() if isinstance(k, str)})

    def item(self, run: Interpreter, key: object, at: Site) -> object:
        """A global name."""
        return self.module.names.get(str(key), run.opaque("a name that is not defined here", at, wild=True))


@statement(ast.Expr)
def expression_statement(run: Interpreter, node: ast.Expr, scope: Scope) -> Signal | None:
    run.evaluate(node.value, scope)
    return None


@statement(ast.Assign)
def assign(run: Interpreter, node: ast.Assign, scope: Scope) -> Signal | None:
    value = run.evaluate(node.value, scope)
    for target in node.targets:
        bind(run, target, value, scope)
    return None


@statement(ast.AnnAssign)
def annotated(run: Interpreter, node: ast.AnnAssign, scope: Scope) -> Signal | None:
    if node.value is not None:
        bind(run, node.target, run.evaluate(node.value, scope), scope)
    return None


@statement(ast.AugAssign)
def augmented(run: Interpreter, node: ast.AugAssign, scope: Scope) -> Signal | None:
    load = copy.copy(node.target)
    load.ctx = ast.Load()
    before = run.evaluate(load, scope)
    change = run.evaluate(node.value, scope)
    if isinstance(before, list) and isinstance(node.op, ast.Add):
        items = run.items(change)  # the list itself grows, and so do its other names
        before += [Opaque(REST, rest=True)] if items is None or run.doubts else items
        bounds.small(before)
        return None
    bind(run, node.target, bounds.small(binary(run, node.op, before, change, site(scope, node))), scope)
    return None


@statement(ast.Delete)
def delete(run: Interpreter, node: ast.Delete, scope: Scope) -> Signal | None:
    for target in node.targets:
        if isinstance(target, ast.Name):
            scope.names.pop(target.id, None)
        elif isinstance(target, ast.Subscript):
            container, key = run.evaluate(target.value, scope), run.evaluate(target.slice, scope)
            if isinstance(container, dict) and bounds.hashable(key) and not run.doubts:
                container.pop(key, None)
            elif isinstance(container, list) and sliceable(key) and not run.doubts:
                with suppress(IndexError):
                    del container[key]  # type: ignore[arg-type]  # checked by `sliceable`
            elif isinstance(container, list):
                container.append(Opaque(REST, rest=True))
            elif isinstance(container, dict):
                container[Opaque(REST, rest=True)] = None
    return None


@statement(ast.FunctionDef, ast.AsyncFunctionDef)
def function(run: Interpreter, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> Signal | None:
    scope.store(node.name, define(run, node, scope))
    return None


@statement(ast.ClassDef)
def class_(run: Interpreter, node: ast.ClassDef, scope: Scope) -> Signal | None:
    from migrator.scan.evaluator.classes import define_class

    scope.store(node.name, define_class(run, node, scope))
    return None


@statement(ast.Return)
def return_(run: Interpreter, node: ast.Return, scope: Scope) -> Signal | None:
    return Signal("return", None if node.value is None else run.evaluate(node.value, scope))


@statement(ast.Break)
def break_(run: Interpreter, node: ast.Break, scope: Scope) -> Signal | None:
    return Signal("break")


@statement(ast.Continue)
def continue_(run: Interpreter, node: ast.Continue, scope: Scope) -> Signal | None:
    return Signal("continue")


@statement(ast.Raise)
def raise_(run: Interpreter, node: ast.Raise, scope: Scope) -> Signal | None:
    at = site(scope, node)
    error = run.evaluate(node.exc, scope) if node.exc is not None else run.opaque("the exception at hand", at)
    raised = Raised(exceptions.kind_of(error), exceptions.message_of(error), at)
    if run.tries and not run.doubts:
        raise raised
    return Signal("raise", raised)


@statement(ast.Global)
def global_(run: Interpreter, node: ast.Global, scope: Scope) -> Signal | None:
    scope.globals.update(node.names)
    return None


@statement(ast.Nonlocal)
def nonlocal_(run: Interpreter, node: ast.Nonlocal, scope: Scope) -> Signal | None:
    scope.nonlocals.update(node.names)
    return None


@statement(ast.Import)
def import_(run: Interpreter, node: ast.Import, scope: Scope) -> Signal | None:
    for alias in node.names:
        found = run.importer.module(run, alias.name, scope.module, site(scope, node))
        if alias.asname:
            scope.store(alias.asname, found)
        else:
            top = alias.name.partition(".")[0]
            scope.store(top, run.importer.module(run, top, scope.module, site(scope, node)))
    return None


@statement(ast.ImportFrom)
def import_from(run: Interpreter, node: ast.ImportFrom, scope: Scope) -> Signal | None:
    for alias in node.names:
        if alias.name == "*":
            run.importer.everything(run, node, scope)
        else:
            scope.store(alias.asname or alias.name, run.importer.member(run, node, alias.name, scope))
    return None


@statement(ast.With, ast.AsyncWith)
def with_(run: Interpreter, node: ast.With | ast.AsyncWith, scope: Scope) -> Signal | None:
    return _within(run, node, 0, scope)


def _within(run: Interpreter, node: ast.With | ast.AsyncWith, position: int, scope: Scope) -> Signal | None:
    """The block, once all context managers from this position on have been entered."""
    if position == len(node.items):
        return run.execute(node.body, scope)
    item = node.items[position]
    value, at = run.evaluate(item.context_expr, scope), site(scope, item.context_expr)

    def inside(inner: object) -> Signal | None:
        if item.optional_vars is not None:
            bind(run, item.optional_vars, inner, scope)
        return _within(run, node, position + 1, scope)

    if isinstance(value, Managed):
        return _managed(value, inside)
    if not isinstance(value, Thing):
        if _is_wild(value):  # it may open a DAG or a group
            may_make_tasks(run, f"{at.text()}, which is not known,", Call([], {}, at))
        return inside(run.opaque(f"what {at.text()} gives", at, _is_wild(value)))
    inner = value.enter(run, at)
    if isinstance(value, Suppress):
        return _suppressed(run, value, inside, inner)
    try:
        return inside(inner)
    finally:
        value.leave(run, at)


def _suppressed(
    run: Interpreter, value: Suppress, inside: Callable[[object], Signal | None], inner: object
) -> Signal | None:
    """`with suppress(KeyError):`, whose block may end early."""
    doubts, unsure = len(run.doubts), run.unsure
    run.tries += 1
    try:
        signal = inside(inner)
    except Raised as raised:
        del run.doubts[doubts:]
        if not exceptions.catches(tuple(value.kinds), raised):
            raise
        return None
    finally:
        run.tries -= 1
    if run.unsure > unsure and value.kinds:
        doubt = Doubt("SC007", "it depends on whether something fails that the scanner cannot run", value.at)
        run.doubts.append(doubt)
    return signal


def _managed(value: Managed, inside: Callable[[object], Signal | None]) -> Signal | None:
    """The block is read where the body of the `@contextmanager` function yields."""
    signals: list[Signal | None] = []

    def give(inner: object) -> None:
        if not signals:
            signals.append(inside(inner))

    value.generator.each(give)
    return signals[0] if signals else None
