"""`itertools` and `operator`, and what of `functools` makes values."""

import itertools
from collections.abc import Callable, Iterator

from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.arithmetic import binary, truth
from migrator.scan.evaluator.builtin import unknown
from migrator.scan.evaluator.expressions import item_of
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.streams import END, Stream, lockstep
from migrator.scan.evaluator.values import Call, Native
from migrator.scan.registry import means


@means("itertools.count")
def count(run: Interpreter, call: Call) -> object:
    start, step = call.first("start", 0, 0), call.first("step", 1, 1)
    if not isinstance(start, (int, float)) or not isinstance(step, (int, float)):
        return unknown(run, call)
    return Stream(itertools.count(start, step), endless=True)


@means("itertools.cycle")
def cycle(run: Interpreter, call: Call) -> object:
    found = run.items(call.first("iterable"))
    return Stream(itertools.cycle(found), endless=True) if found else unknown(run, call)


@means("itertools.repeat")
def repeat(run: Interpreter, call: Call) -> object:
    times = call.first("times", 1)
    if times is None and len(call.args) == 1:
        return Stream(itertools.repeat(call.args[0]), endless=True)
    return (
        [call.args[0]] * times if isinstance(times, int) and 0 <= times < bounds.ITEMS else unknown(run, call)
    )


@means("itertools.islice")
def islice(run: Interpreter, call: Call) -> object:
    source, places = call.args[0] if call.args else None, call.args[1:]
    numbers = [p for p in places if isinstance(p, int | None)]
    if not numbers or len(numbers) < len(places):
        return unknown(run, call)
    cut = slice(*numbers)
    stop = cut.stop
    if isinstance(source, Stream) and isinstance(stop, int):
        run.spend(stop)
        taken = [source.take(run) for _ in range(stop)]
        found = [v for v in taken if v is not END]
    else:
        found = run.items(source) or []
        if run.items(source) is None:
            return unknown(run, call)
    return found[cut]


@means("itertools.groupby")
def groupby(run: Interpreter, call: Call) -> object:
    found, key = run.items(call.first("iterable")), call.first("key", 1)
    if found is None:
        return unknown(run, call)
    keys = found if key is None else [run.call(key, Call([v], {}, call.site)) for v in found]
    if not bounds.known(keys) and not all(map(bounds.hashable, keys)):
        return unknown(run, call)
    groups: list[tuple[object, list[object]]] = []
    for name, value in zip(keys, found, strict=True):
        if groups and bounds.same(groups[-1][0], name):
            groups[-1][1].append(value)
        else:
            groups.append((name, [value]))
    return list(groups)


@means("itertools.zip_longest")
def zip_longest(run: Interpreter, call: Call) -> object:
    found = [run.items(a) for a in call.args]
    if any(f is None for f in found):
        return unknown(run, call)
    return list(itertools.zip_longest(*(f or [] for f in found), fillvalue=call.kwargs.get("fillvalue")))


def _choosing(name: str, least: int) -> None:
    function: Callable[..., Iterator[object]] = getattr(itertools, name)

    @means(f"itertools.{name}")
    def choose(run: Interpreter, call: Call) -> object:
        found, size = run.items(call.first("iterable")), call.first("r", 1)
        if found is None or not (isinstance(size, int) or (size is None and least == 0)):
            return unknown(run, call)
        made: list[object] = []
        for row in function(found) if size is None else function(found, size):
            run.spend(1)
            made.append(row)
        return made


for _name, _least in (("combinations", 1), ("permutations", 0), ("combinations_with_replacement", 1)):
    _choosing(_name, _least)


def _filtering(name: str) -> None:
    function: Callable[..., Iterator[object]] = getattr(itertools, name)

    @means(f"itertools.{name}")
    def keep(run: Interpreter, call: Call) -> object:
        found = run.items(call.first("iterable", 1))
        if found is None or not call.args:
            return unknown(run, call)
        said = [truth(run, run.call(call.args[0], Call([v], {}, call.site))) for v in found]
        if None in said:
            return unknown(run, call)
        kept = function(lambda i: said[i], range(len(found)))
        return [found[i] for i in kept if isinstance(i, int)]


for _name in ("takewhile", "dropwhile", "filterfalse"):
    _filtering(_name)


@means("itertools.starmap")
def starmap(run: Interpreter, call: Call) -> object:
    rows = run.items(call.first("iterable", 1))
    parts = [run.items(row) for row in rows or ()]
    if rows is None or any(p is None for p in parts):
        return unknown(run, call)
    return [run.call(call.args[0], Call(list(p or ()), {}, call.site)) for p in parts]


@means("itertools.accumulate")
def accumulate(run: Interpreter, call: Call) -> object:
    import ast

    found, function = run.items(call.first("iterable")), call.first("func", 1)
    if found is None or "initial" in call.kwargs:
        return unknown(run, call)
    made: list[object] = []
    for value in found:
        if not made:
            made.append(value)
        elif function is None:
            made.append(binary(run, ast.Add(), made[-1], value, call.site))
        else:
            made.append(run.call(function, Call([made[-1], value], {}, call.site)))
    return made


@means("itertools.batched", "more_itertools.chunked", "more_itertools.batched")
def batched(run: Interpreter, call: Call) -> object:
    found, size = run.items(call.first("iterable")), call.first("n", 1)
    if found is None or not isinstance(size, int) or size < 1:
        return unknown(run, call)
    return [tuple(found[i : i + size]) for i in range(0, len(found), size)]


@means("operator.itemgetter")
def itemgetter(run: Interpreter, call: Call) -> object:
    keys = list(call.args)

    def get(run: Interpreter, inner: Call) -> object:
        found = [item_of(run, inner.args[0], key, inner.site) for key in keys]
        return found[0] if len(found) == 1 else tuple(found)

    return Native("itemgetter", get)


@means("operator.attrgetter")
def attrgetter(run: Interpreter, call: Call) -> object:
    names = [str(a) for a in call.args]

    def one(run: Interpreter, value: object, dotted: str, inner: Call) -> object:
        for name in dotted.split("."):
            value = run.attribute(value, name, inner.site)
        return value

    def get(run: Interpreter, inner: Call) -> object:
        found = [one(run, inner.args[0], name, inner) for name in names]
        return found[0] if len(found) == 1 else tuple(found)

    return Native("attrgetter", get)


@means("operator.methodcaller")
def methodcaller(run: Interpreter, call: Call) -> object:
    name, rest = str(call.args[0]) if call.args else "", call.args[1:]
    return Native(
        "methodcaller",
        lambda run, inner: run.call(
            run.attribute(inner.args[0], name, inner.site), Call(list(rest), dict(call.kwargs), inner.site)
        ),
    )


def _operator(name: str, node: str) -> None:
    import ast

    @means(f"operator.{name}")
    def do(run: Interpreter, call: Call) -> object:
        return binary(run, getattr(ast, node)(), call.args[0], call.args[1], call.site)


for _name, _node in {
    "add": "Add",
    "concat": "Add",
    "mul": "Mult",
    "sub": "Sub",
    "or_": "BitOr",
    "and_": "BitAnd",
    "rshift": "RShift",
    "lshift": "LShift",
}.items():
    _operator(_name, _node)

__all__ = ["lockstep"]
