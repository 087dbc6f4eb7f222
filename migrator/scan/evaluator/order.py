"""`sorted`, `min` and `max`, with keys and with the users' own comparisons."""

import ast
import functools
from itertools import pairwise, takewhile

from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.arithmetic import truth
from migrator.scan.evaluator.builtin import BUILTINS, builtin, unknown
from migrator.scan.evaluator.classes import Instance
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Call, Native, Site


def ordered(run: Interpreter, items: list[object] | None, options: dict[str, object]) -> list[object] | None:
    """The items sorted; None when they or their keys cannot be compared."""
    key, backwards = options.get("key"), truth(run, options.get("reverse", False))
    from migrator.scan.evaluator.paths import FilePath

    if items is None or backwards is None:
        return None
    site = Call([], {}, _nowhere(run))
    keys = list(items) if key is None else [run.call(key, Call([i], {}, site.site)) for i in items]
    keys = [k.path if isinstance(k, FilePath) else k for k in keys]
    if keys and all(isinstance(k, Instance) for k in keys):
        return _by_methods(list(items), keys, backwards)
    ranks = keys if bounds.known(keys) else _beginnings(keys)
    if ranks is None:
        return None
    try:
        order = sorted(range(len(items)), key=lambda i: ranks[i], reverse=backwards)  # type: ignore[arg-type, return-value]
    except TypeError:
        return None
    return [items[i] for i in order]


def _beginnings(keys: list[object]) -> list[object] | None:
    """Of pairs and the like, what is known before a task or a function; None where that alone does not decide."""
    if len({type(key) for key in keys}) > 1 or not all(isinstance(key, (tuple, list)) for key in keys):
        return None
    found = [list(takewhile(bounds.known, key)) for key in keys if isinstance(key, (tuple, list))]
    try:
        ranked = sorted(found)
    except TypeError:
        return None
    told = all(one[: len(other)] != other[: len(one)] for one, other in pairwise(ranked))
    return list(found) if told else None


def _by_methods(items: list[object], keys: list[object], backwards: bool) -> list[object] | None:
    """Sorted by `__lt__` of the users' classes, or as the fields of a named tuple."""
    found = [k.items() if isinstance(k, Instance) and k.of.find("__lt__") is None else None for k in keys]
    if all(bounds.known(f) and f is not None for f in found):
        try:
            order = sorted(range(len(items)), key=lambda i: found[i], reverse=backwards)  # type: ignore[arg-type, return-value]
        except TypeError:
            return None
        return [items[i] for i in order]

    def compared(one: int, other: int) -> int:
        first, second = keys[one], keys[other]
        assert isinstance(first, Instance) and isinstance(second, Instance)
        less, more = first.special("__lt__", second), second.special("__lt__", first)
        if not isinstance(less, bool) or not isinstance(more, bool):
            raise TypeError("not comparable")
        return -1 if less else int(more)

    try:
        order = sorted(range(len(items)), key=functools.cmp_to_key(compared), reverse=backwards)
    except TypeError:
        return None
    return [items[i] for i in order]


def _nowhere(run: Interpreter) -> Site:
    return Site(run.importer.entry, ast.Constant(None))


@builtin("sorted")
def sorted_(run: Interpreter, call: Call) -> object:
    found = ordered(run, run.items(call.first("iterable")), call.kwargs)
    return unknown(run, call) if found is None else found


def _extreme(name: str) -> None:
    def rule(run: Interpreter, call: Call) -> object:
        found = run.items(call.args[0]) if len(call.args) == 1 else list(call.args)
        options = {"key": call.kwargs["key"]} if "key" in call.kwargs else {}
        if found == [] and "default" in call.kwargs:
            return call.kwargs["default"]
        order = ordered(run, found, options)
        if not order or call.unknown:
            return unknown(run, call)
        # Of equal ones, both `min` and `max` give the first.
        keys = [run.call(options["key"], Call([v], {}, call.site)) if options else v for v in order]
        best = keys[0] if name == "min" else keys[-1]
        return next(v for v, k in zip(order, keys, strict=True) if k == best)

    BUILTINS[name] = Native(name, rule)


_extreme("min")
_extreme("max")
