"""How each kind of expression is evaluated, but for calls."""

import ast
import builtins
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeGuard

from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.arithmetic import binary, compare, truth, unary
from migrator.scan.evaluator.attributes import external_attribute
from migrator.scan.evaluator.interpreter import BUILTINS, Doubt, Interpreter, expression
from migrator.scan.evaluator.paths import FilePath, beyond
from migrator.scan.evaluator.pieces import TAGS, pieces_of, placed
from migrator.scan.evaluator.streams import Generator
from migrator.scan.evaluator.text import formatted
from migrator.scan.evaluator.values import (
    Call,
    Defaults,
    External,
    Opaque,
    Scope,
    Site,
    Thing,
    Unsorted,
    UserFunction,
)


def site(scope: Scope, node: ast.AST) -> Site:
    """The place of a node of this scope's file."""
    return Site(scope.module.source, node)


@expression(ast.Name)
def name(run: Interpreter, node: ast.Name, scope: Scope) -> object:
    wanted = node.id
    for owner in scope.chain() if scope.parent is not None else (scope,):
        if wanted in owner.names:
            return owner.names[wanted]
    for names in (scope.module.names, BUILTINS):
        if wanted in names:
            return names[wanted]
    why = scope.module.hole or f"the name {node.id} is not defined here"
    if scope.module.hole is None and not hasattr(builtins, node.id):
        run.fail("NameError", why, site(scope, node))
    return run.opaque(why, site(scope, node), wild=True)


@expression(ast.Attribute)
def attribute(run: Interpreter, node: ast.Attribute, scope: Scope) -> object:
    value = run.evaluate(node.value, scope)
    if value.__class__ is External:
        return external_attribute(value, node.attr)
    return run.attribute(value, node.attr, site(scope, node))


def spread(run: Interpreter, nodes: Iterable[ast.expr], scope: Scope) -> list[object]:
    """The items of a display, with `*` unpacked; an unknown number of items leaves a mark."""
    found: list[object] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            value = run.evaluate(node.value, scope)
            items = run.items(value)
            found += (
                [Opaque("how many items there are is not known", "", rest=True)] if items is None else items
            )
        else:
            found.append(run.evaluate(node, scope))
    return found


@expression(ast.List)
def list_(run: Interpreter, node: ast.List, scope: Scope) -> object:
    return spread(run, node.elts, scope)


@expression(ast.Tuple)
def tuple_(run: Interpreter, node: ast.Tuple, scope: Scope) -> object:
    return tuple(spread(run, node.elts, scope))


@expression(ast.Set)
def set_(run: Interpreter, node: ast.Set, scope: Scope) -> object:
    items = spread(run, node.elts, scope)
    if not all(bounds.hashable(i) for i in items):
        return run.opaque("a set of values that are not constants", site(scope, node))
    return set(items)


@expression(ast.Dict)
def dict_(run: Interpreter, node: ast.Dict, scope: Scope) -> object:
    found: dict[object, object] = {}
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        value = run.evaluate(value_node, scope)
        if key_node is None:
            if not isinstance(value, dict):
                found[Opaque("rest", rest=True)] = run.opaque(
                    "merged with something unknown", site(scope, value_node)
                )
                continue
            found.update(value)
            continue
        key = run.evaluate(key_node, scope)
        found[key if bounds.hashable(key) else Opaque("a key that is not a constant", rest=True)] = value
    return found


@expression(ast.JoinedStr)
def f_string(run: Interpreter, node: ast.JoinedStr, scope: Scope) -> object:
    parts = [_part_of_f_string(run, value, scope) for value in node.values]
    texts = [part for part in parts if isinstance(part, str)]
    bounds.small("".join(texts))
    if len(texts) == len(parts):
        return "".join(texts)
    at = site(scope, node)
    if (
        isinstance(parts[0], FilePath)
        and len(texts) == len(parts) - 1
        and not any(t in "".join(texts) for t in TAGS)
    ):
        return beyond(run, parts[0], "".join(texts), at)
    why = next((p.why for p in parts if isinstance(p, Opaque)), "a part of the text is not known")
    found = run.opaque(why, at)
    pairs = zip(parts, node.values, strict=True)
    given = [placed(p, v.value, scope) if _is_slot(v) else p for p, v in pairs]
    return replace(found, pieces=pieces_of(given))


def _part_of_f_string(run: Interpreter, part: ast.expr, scope: Scope) -> object:
    return (
        formatted(run, part, scope) if isinstance(part, ast.FormattedValue) else getattr(part, "value", None)
    )


def _is_slot(part: ast.expr) -> TypeGuard[ast.FormattedValue]:
    """`{value}` without a format of its own."""
    return isinstance(part, ast.FormattedValue) and part.conversion == -1 and part.format_spec is None


@expression(ast.BinOp)
def binary_operation(run: Interpreter, node: ast.BinOp, scope: Scope) -> object:
    # The left side is walked in a loop: a sum of a thousand texts is not a nesting of a thousand.
    spine = [node]
    while isinstance(spine[-1].left, ast.BinOp):
        spine.append(spine[-1].left)
    value = _operand(run, spine[-1].left, scope)
    for part in reversed(spine):
        right = _operand(run, part.right, scope)
        value = bounds.small(binary(run, part.op, value, right, site(scope, part)))
        value = placed(value, part, scope) if isinstance(value, Opaque) else value
    return value


def _operand(run: Interpreter, node: ast.expr, scope: Scope) -> object:
    value = run.evaluate(node, scope)
    return placed(value, node, scope) if isinstance(value, Opaque) else value


@expression(ast.UnaryOp)
def unary_operation(run: Interpreter, node: ast.UnaryOp, scope: Scope) -> object:
    return unary(run, node.op, run.evaluate(node.operand, scope), site(scope, node))


@expression(ast.BoolOp)
def boolean(run: Interpreter, node: ast.BoolOp, scope: Scope) -> object:
    value: object = None
    for position, part in enumerate(node.values):
        value = run.evaluate(part, scope)
        said = truth(run, value)
        if said is None:
            doubt = Doubt("SC007", "it depends on a condition that is not known", site(scope, node))
            with run.doubting(doubt):
                for later in node.values[position + 1 :]:
                    run.evaluate(later, scope)
            why = value.why if isinstance(value, Opaque) else "the condition is not known"
            return run.opaque(why, site(scope, node), wild=isinstance(value, Opaque) and value.wild)
        if said == isinstance(node.op, ast.Or):
            return value
    return value


@expression(ast.Compare)
def comparison(run: Interpreter, node: ast.Compare, scope: Scope) -> object:
    left = run.evaluate(node.left, scope)
    result: object = True
    for operator, right_node in zip(node.ops, node.comparators, strict=True):
        right = run.evaluate(right_node, scope)
        result = compare(run, operator, left, right, site(scope, node))
        if result is not True:
            return result
        left = right
    return result


@expression(ast.IfExp)
def conditional(run: Interpreter, node: ast.IfExp, scope: Scope) -> object:
    test = run.evaluate(node.test, scope)
    said = truth(run, test)
    if said is not None:
        return run.evaluate(node.body if said else node.orelse, scope)
    why = test.why if isinstance(test, Opaque) else "the condition is not known"
    with run.doubting(
        Doubt("SC007", f"it depends on a condition that is not known: {why}", site(scope, node.test))
    ):
        one, other = run.evaluate(node.body, scope), run.evaluate(node.orelse, scope)
    wild = any(isinstance(v, Opaque) and v.wild for v in (one, other))
    return one if bounds.same(one, other) else run.opaque(why, site(scope, node), wild)


@expression(ast.Subscript)
def subscript(run: Interpreter, node: ast.Subscript, scope: Scope) -> object:
    return item_of(run, run.evaluate(node.value, scope), run.evaluate(node.slice, scope), site(scope, node))


def item_of(run: Interpreter, value: object, key: object, at: Site) -> object:
    """`value[key]`."""
    if isinstance(value, Thing):
        return value.item(run, key, at)
    if isinstance(value, Opaque):
        return run.opaque(value.why, at, value.wild)
    if isinstance(value, External):
        return _item_outside(run, value, key, at)
    if isinstance(value, dict):
        return _under_key(run, value, key, at)
    if isinstance(value, (list, tuple, str, bytes, range)) and sliceable(key):
        if any(isinstance(v, Opaque) and v.rest for v in value):
            return run.opaque("how many items there are is not known", at)
        if isinstance(value, Unsorted):
            return run.opaque("which of several items comes first is not known", at)
        try:
            return value[key]  # type: ignore[call-overload, index]  # checked by `sliceable`
        except (IndexError, TypeError, ValueError):
            return run.fail("IndexError", "an index out of range", at)
    return run.opaque("an item of something that is not known", at)


def _under_key(run: Interpreter, value: dict[object, object], key: object, at: Site) -> object:
    if not bounds.hashable(key):
        return run.opaque("a key that is not known", at)
    if key in value:
        return value[key]
    if isinstance(value, Defaults) and value.factory is not None and not run.doubts:
        return value.setdefault(key, run.call(value.factory, Call([], {}, at)))
    why = "a key that is not there, as far as the scanner knows"
    if not any(isinstance(k, Opaque) for k in value):
        return run.fail("KeyError", why, at)
    run.unsure += 1
    return run.opaque(why, at)


def _item_outside(run: Interpreter, value: External, key: object, at: Site) -> object:
    """`os.environ["X"]` and the like; a class in brackets, as in annotations, is the class."""
    if value.name == "os.environ":
        return run.call(External("os.environ.get"), Call([key], {}, at))
    return value if value.last[:1].isupper() else run.opaque(f"an item of {value.name}", at)


def sliceable(key: object) -> bool:
    """Whether it is an index or a slice of constants."""
    return isinstance(key, int) or (
        isinstance(key, slice)
        and all(isinstance(p, int | type(None)) for p in (key.start, key.stop, key.step))
    )


@expression(ast.Slice)
def slice_(run: Interpreter, node: ast.Slice, scope: Scope) -> object:
    parts = [None if p is None else run.evaluate(p, scope) for p in (node.lower, node.upper, node.step)]
    if all(isinstance(p, int | type(None)) for p in parts):
        return slice(*parts)
    return run.opaque("a slice that is not known", site(scope, node))


@expression(ast.NamedExpr)
def walrus(run: Interpreter, node: ast.NamedExpr, scope: Scope) -> object:
    value = run.evaluate(node.value, scope)
    scope.store(node.target.id, value)
    return value


@expression(ast.Lambda)
def lambda_(run: Interpreter, node: ast.Lambda, scope: Scope) -> object:
    from migrator.scan.evaluator.functions import defaults_of

    return UserFunction("<lambda>", node, scope, scope.module.source, defaults_of(run, node.args, scope))


@expression(ast.Await, ast.Yield, ast.YieldFrom)
def suspended(run: Interpreter, node: ast.Await | ast.Yield | ast.YieldFrom, scope: Scope) -> object:
    value = run.evaluate(node.value, scope) if node.value is not None else None
    give = run.frames[-1].give if run.frames else None
    if isinstance(node, ast.Await) or give is None:
        return run.opaque("something that is awaited", site(scope, node))
    if isinstance(node, ast.Yield):
        give(value)
        return None
    if isinstance(value, Generator):
        value.each(give)
        return value.returned
    items = run.items(value)
    for item in [Opaque("how many items there are is not known", rest=True)] if items is None else items:
        give(item)
    return None


Element = Callable[[Scope], None]


def comprehend(
    run: Interpreter, generators: list[ast.comprehension], scope: Scope, element: Element
) -> str | None:
    """Calls `element` for each turn; the reason when the number of turns is not known."""
    from migrator.scan.evaluator.statements import bind

    if not generators:
        element(scope)
        return None
    first, rest = generators[0], generators[1:]
    source = run.evaluate(first.iter, scope)
    items = run.items(source)
    if items is None:
        why = source.why if isinstance(source, Opaque) else "what is looped over is not known"
        with run.doubting(
            Doubt("SC006", f"a loop over something that is not known: {why}", site(scope, first.iter))
        ):
            bind(run, first.target, run.opaque(why, site(scope, first.iter)), scope)
            comprehend(run, rest, scope, element)
        return why
    reason: str | None = None
    for value in run.in_turn(items):
        bind(run, first.target, value, scope)
        tests = [truth(run, run.evaluate(test, scope)) for test in first.ifs]
        if False in tests:
            continue
        if None in tests:
            reason = "a condition that is not known"
            with run.doubting(Doubt("SC007", reason, site(scope, first.iter))):
                comprehend(run, rest, scope, element)
            continue
        reason = comprehend(run, rest, scope, element) or reason
    return reason


@expression(ast.ListComp, ast.SetComp, ast.GeneratorExp)
def comprehension(
    run: Interpreter, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope
) -> object:
    found: list[object] = []
    inner = Scope(scope.module, {}, scope)
    unsorted: list[bool] = []

    def element(s: Scope) -> None:
        unsorted.append(bool(run.turns[outer:]))
        found.append(run.evaluate(node.elt, s))

    outer = len(run.turns)
    with run.repeating():
        why = comprehend(run, node.generators, inner, element)
    if why is not None:
        return run.opaque(why, site(scope, node))
    if isinstance(node, ast.SetComp):
        return (
            set(found)
            if all(map(bounds.hashable, found))
            else run.opaque("a set of unknown items", site(scope, node))
        )
    return Unsorted(found) if any(unsorted) and len(found) > 1 else found


@expression(ast.DictComp)
def dict_comprehension(run: Interpreter, node: ast.DictComp, scope: Scope) -> object:
    found: dict[object, object] = {}

    def element(inner: Scope) -> None:
        key = run.evaluate(node.key, inner)
        found[key if bounds.hashable(key) else Opaque("a key that is not known", rest=True)] = run.evaluate(
            node.value, inner
        )

    with run.repeating():
        why = comprehend(run, node.generators, Scope(scope.module, {}, scope), element)
    return found if why is None else run.opaque(why, site(scope, node))
