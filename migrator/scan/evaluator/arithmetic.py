"""Operators: arithmetic within bounds, comparison, truth."""

import ast
import operator
from collections.abc import Callable
from datetime import timedelta

from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.instances import NOTHING, Instance
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.pieces import filled, sum_of
from migrator.scan.evaluator.text import percent
from migrator.scan.evaluator.values import External, Opaque, Site, Thing, UserClass
from migrator.scan.evaluator.versions import PythonVersion

Rule = Callable[..., object]
PLAIN: dict[type[ast.operator], Rule] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}
SIGNS: dict[type[ast.unaryop], Rule] = {ast.USub: operator.neg, ast.UAdd: operator.pos}
ORDER: dict[type[ast.cmpop], Rule] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


NAMES: dict[type[ast.cmpop], str] = {ast.Lt: "__lt__", ast.LtE: "__le__", ast.Gt: "__gt__", ast.GtE: "__ge__"}


def binary(run: Interpreter, kind: ast.operator, left: object, right: object, site: Site) -> object:
    """`left <kind> right`."""
    if isinstance(left, Thing):
        return left.combine(run, kind, right, site, swapped=False)
    if isinstance(right, Thing):
        return right.combine(run, kind, left, site, swapped=True)
    if isinstance(kind, (ast.LShift, ast.RShift)):
        return _shift(run, kind, left, right, site)
    if isinstance(left, str) and isinstance(kind, ast.Mod):
        text = percent(left, right)
        if text is not None:
            return text
        why = right.why if isinstance(right, Opaque) else "a part of the text is not known"
        return run.partly(why, site, filled(left, right), isinstance(right, Opaque) and right.wild)
    for side in (left, right):
        if isinstance(side, Opaque):
            pieces = sum_of(left, right) if isinstance(kind, ast.Add) else ()
            return run.partly(side.why, site, pieces, side.wild)
    if type(left) is type(right) and isinstance(left, (list, tuple)) and isinstance(kind, ast.Add):
        return left + right  # type: ignore[operator]  # of one type
    if isinstance(left, dict) and isinstance(right, dict) and isinstance(kind, ast.BitOr):
        return {**left, **right}
    return _plain(run, kind, left, right, site)


def _plain(run: Interpreter, kind: ast.operator, left: object, right: object, site: Site) -> object:
    rule = PLAIN.get(type(kind))
    if isinstance(kind, ast.Pow):
        rule = _power
    if rule is None or not (bounds.known(left) and bounds.known(right)):
        return run.opaque("an operation on values that are not constants", site)
    if isinstance(kind, ast.Mult):
        _guard_product(left, right)
    try:
        return rule(left, right)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError) as error:
        return run.fail(type(error).__name__, "an operation that fails", site)


def _power(left: object, right: object) -> object:
    if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
        raise TypeError("not numbers")
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() * abs(right) > bounds.BITS:
        raise bounds.OutOfBudget("an integer of too many digits")
    return left**right


def _guard_product(left: object, right: object) -> None:
    for one, other in ((left, right), (right, left)):
        if (
            isinstance(one, int)
            and isinstance(other, (str, bytes, list, tuple))
            and len(other) * one > bounds.ITEMS
        ):
            raise bounds.OutOfBudget("a repetition that makes too large a value")


def _shift(run: Interpreter, kind: ast.operator, left: object, right: object, site: Site) -> object:
    """Either edges of tasks in lists, or of something unknown, or shifted integers."""
    from migrator.scan.edges import shift

    if isinstance(left, int) and isinstance(right, int) and 0 <= right < 1000:
        return left << right if isinstance(kind, ast.LShift) else left >> right
    return shift(run, left, right, upstream=isinstance(kind, ast.LShift), site=site)


def unary(run: Interpreter, kind: ast.unaryop, value: object, site: Site) -> object:
    """`-x`, `+x`, `~x`, `not x`."""
    if isinstance(kind, ast.Not):
        said = truth(run, value)
        return (
            run.opaque(value.why if isinstance(value, Opaque) else "not known", site)
            if said is None
            else not said
        )
    if isinstance(value, timedelta) and isinstance(kind, ast.USub):
        return -value
    if isinstance(value, (int, float)):
        return SIGNS.get(type(kind), operator.invert)(value) if isinstance(value, int) else -value
    return run.opaque("an operation on something that is not a number", site)


def truth(run: Interpreter, value: object) -> bool | None:
    """`bool(value)`, or None when it is not known."""
    if isinstance(value, (Opaque, External)):
        return None
    if isinstance(value, Instance):
        said = value.truth()
        return bool(said) if isinstance(said, (bool, int)) else None
    if isinstance(value, Thing):
        found = value.items() if not isinstance(value, UserClass) else None
        return True if found is None else bool(found)
    if isinstance(value, (list, tuple, set, frozenset, dict)):
        certain = [v for v in value if not (isinstance(v, Opaque) and v.rest)]
        return True if certain else (None if value else False)
    return bool(value)


def compare(run: Interpreter, kind: ast.cmpop, left: object, right: object, site: Site) -> object:
    """`left <kind> right`: True, False, or unknown."""
    if isinstance(kind, (ast.In, ast.NotIn)):
        inside = _inside(left, right)
        return run.opaque("not known", site) if inside is None else inside == isinstance(kind, ast.In)
    for side in (left, right):
        if isinstance(side, (Opaque, External)):
            if isinstance(left, External) and left == right and isinstance(kind, (ast.Eq, ast.Is)):
                return True
            return run.opaque(side.why if isinstance(side, Opaque) else f"{side.name} is not known", site)
    if isinstance(left, PythonVersion):
        return left.compared(kind, right)
    if isinstance(kind, (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)):
        return _equal(run, kind, left, right, site)
    if isinstance(left, Instance) and (name := NAMES.get(type(kind))):
        said = left.special(name, right)
        return said if isinstance(said, bool) else run.opaque("a comparison that is not known", site)
    if bounds.known(left) and bounds.known(right):
        try:
            return bool(ORDER[type(kind)](left, right))
        except TypeError:
            run.unsure += 1
    return run.opaque("a comparison of values that are not known", site)


def _equal(run: Interpreter, kind: ast.cmpop, left: object, right: object, site: Site) -> object:
    wanted = isinstance(kind, (ast.Eq, ast.Is))
    if left is right:
        return wanted
    if isinstance(kind, (ast.Eq, ast.NotEq)):
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Instance) and (said := one.equals(other)) is not NOTHING:
                return said is wanted if isinstance(said, bool) else run.opaque("equality", site)
    if isinstance(left, Thing) or isinstance(right, Thing):
        return not wanted
    if isinstance(kind, (ast.Is, ast.IsNot)) and not (
        left is None or right is None or isinstance(left, bool)
    ):
        return run.opaque("the identity of a constant", site)
    if bounds.known(left) and bounds.known(right):
        return (left == right) is wanted
    return run.opaque("a comparison of values that are not known", site)


def _inside(left: object, right: object) -> bool | None:
    if isinstance(right, str) and isinstance(left, str):
        return left in right
    if isinstance(right, Instance):
        said = right.special("__contains__", left)
        items = right.items() if said is NOTHING else None
        return said if isinstance(said, bool) else None if items is None else _inside(left, items)
    if not isinstance(right, (list, tuple, set, frozenset, dict, range)) or isinstance(left, Opaque):
        return None
    if isinstance(left, Thing):
        return True if any(left is v for v in right) else None if _has_rest(right) else False
    if not bounds.known(left):
        return None
    for value in right:
        if bounds.known(value) and value == left:
            return True
    return None if any(isinstance(v, Opaque) for v in right) else False


def _has_rest(values: object) -> bool:
    return any(isinstance(v, Opaque) for v in values)  # type: ignore[attr-defined]  # a container
