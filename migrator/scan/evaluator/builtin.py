"""Python's built-in functions, as far as they have no effect."""

import builtins
from collections.abc import Callable

from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.arithmetic import binary, truth
from migrator.scan.evaluator.classes import ClassMethod, Instance, Property, StaticMethod
from migrator.scan.evaluator.interpreter import BUILTINS as BUILTINS  # others take it from here, filled
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.streams import Stream, following, lockstep
from migrator.scan.evaluator.text import as_text
from migrator.scan.evaluator.values import (
    Call,
    External,
    Native,
    Opaque,
    Thing,
    Unsorted,
    UserClass,
    UserFunction,
)

Rule = Callable[[Interpreter, Call], object]


def builtin(*names: str) -> Callable[[Rule], Rule]:
    """Registers the meaning of built-in functions."""

    def register(rule: Rule) -> Rule:
        BUILTINS.update({name: Native(name, rule) for name in names})
        return rule

    return register


def unknown(run: Interpreter, call: Call) -> Opaque:
    """When the arguments are not known, neither is the value."""
    wild = any(isinstance(a, Opaque) and a.wild for a in call.args)
    return run.opaque("its arguments are not known", call.site, wild)


@builtin("sum")
def sum_(run: Interpreter, call: Call) -> object:
    import ast

    found, value = run.items(call.first("iterable")), call.first("start", 1, 0)
    if found is None or call.unknown:
        return unknown(run, call)
    for item in found:
        value = binary(run, ast.Add(), value, item, call.site)
    return value


def _few_digits(call: Call) -> bool:
    """Whether `round` is asked for digits that a number may have: Python works out a power of ten for them."""
    digits = call.first("ndigits", 1, None)
    return digits is None or (isinstance(digits, int) and abs(digits) < 1_000)


def _pure(name: str, function: Callable[..., object]) -> None:
    def rule(run: Interpreter, call: Call) -> object:
        if call.unknown or not bounds.known(call.args) or not bounds.known(call.kwargs):
            return unknown(run, call)
        if function is round and not _few_digits(call):
            return unknown(run, call)
        try:
            return bounds.small(function(*call.args, **call.kwargs))
        except (TypeError, ValueError, LookupError, ArithmeticError) as error:
            return run.fail(type(error).__name__, str(error), call.site)

    BUILTINS[name] = Native(name, rule)


for _function in (
    abs,
    int,
    float,
    bool,
    round,
    divmod,
    ord,
    chr,
    hex,
    oct,
    bin,
    repr,
    hash,
    bytes,
    slice,
    ascii,
):
    if _function is not hash:  # differs from run to run
        _pure(_function.__name__, _function)


@builtin("range")
def range_(run: Interpreter, call: Call) -> object:
    if not all(isinstance(a, int) for a in call.args) or call.unknown:
        return unknown(run, call)
    try:
        return range(*(int(a) for a in call.args if isinstance(a, int)))
    except (TypeError, ValueError):
        return unknown(run, call)


@builtin("len")
def len_(run: Interpreter, call: Call) -> object:
    value = call.first("obj")
    if isinstance(value, (list, tuple, dict, set, frozenset, str, bytes, range)):
        uncertain = not isinstance(value, (str, bytes, range)) and any(
            isinstance(v, Opaque) and v.rest for v in value
        )
        return unknown(run, call) if uncertain else len(value)
    said = value.special("__len__") if isinstance(value, Instance) else None
    if isinstance(said, int):
        return said
    found = run.items(value)
    return unknown(run, call) if found is None else len(found)


@builtin("str")
def str_(run: Interpreter, call: Call) -> object:
    from migrator.scan.evaluator.paths import FilePath, PlainPath

    if call.args and isinstance(call.args[0], (FilePath, PlainPath)):
        return call.args[0]
    text = as_text(call.args[0]) if call.args else ""
    return unknown(run, call) if text is None else text


def _collected(make: Callable[[list[object]], object]) -> Rule:
    def rule(run: Interpreter, call: Call) -> object:
        if not call.args:
            return make([])
        found = run.items(call.args[0])
        if isinstance(found, Unsorted):
            return Unsorted(found)
        return unknown(run, call) if found is None else make(found)

    return rule


BUILTINS["list"] = Native("list", _collected(list))
BUILTINS["tuple"] = Native("tuple", _collected(tuple))
BUILTINS["reversed"] = Native("reversed", _collected(lambda items: items[::-1]))


@builtin("set", "frozenset")
def set_(run: Interpreter, call: Call) -> object:
    found = run.items(call.args[0]) if call.args else []
    return set(found) if found is not None and all(map(bounds.hashable, found)) else unknown(run, call)


@builtin("dict")
def dict_(run: Interpreter, call: Call) -> object:
    made: dict[object, object] = {}
    if call.args:
        source = call.args[0]
        pairs = list(source.items()) if isinstance(source, dict) else run.items(source)
        for pair in pairs if pairs is not None else [None]:
            if not isinstance(pair, (tuple, list)) or len(pair) != 2 or not bounds.hashable(pair[0]):
                made[Opaque("merged with something unknown", rest=True)] = None
            else:
                made[pair[0]] = pair[1]
    made.update(call.kwargs)
    if call.unknown:
        made[Opaque(call.unknown, rest=True)] = None
    return made


@builtin("enumerate")
def enumerate_(run: Interpreter, call: Call) -> object:
    found, start = run.items(call.first("iterable")), call.first("start", 1, 0)
    if found is None or not isinstance(start, int):
        return unknown(run, call)
    if isinstance(found, Unsorted):
        return Unsorted(
            (run.opaque("the place of an item without a fixed order", call.site), v) for v in found
        )
    return [(i, v) for i, v in enumerate(found, start)]


@builtin("zip")
def zip_(run: Interpreter, call: Call) -> object:
    found = lockstep(run, call.args)
    return unknown(run, call) if found is None or call.unknown else found


@builtin("map")
def map_(run: Interpreter, call: Call) -> object:
    columns = [run.items(a) for a in call.args[1:]]
    if not columns or any(c is None for c in columns):
        return unknown(run, call)
    rows = zip(*[c for c in columns if c is not None], strict=False)
    return [run.call(call.args[0], Call(list(row), {}, call.site)) for row in rows]


@builtin("filter")
def filter_(run: Interpreter, call: Call) -> object:
    found = run.items(call.first("iterable", 1))
    if found is None:
        return unknown(run, call)
    said = [
        truth(run, i if call.args[0] is None else run.call(call.args[0], Call([i], {}, call.site)))
        for i in found
    ]
    return unknown(run, call) if None in said else [i for i, kept in zip(found, said, strict=True) if kept]


def _each(decide: Callable[[list[bool | None]], bool]) -> Rule:
    def rule(run: Interpreter, call: Call) -> object:
        found = run.items(call.first("iterable"))
        said: list[bool | None] = [None] if found is None else [truth(run, i) for i in found]
        return unknown(run, call) if None in said else decide(said)

    return rule


BUILTINS["any"] = Native("any", _each(any))
BUILTINS["all"] = Native("all", _each(all))


@builtin("next")
def next_(run: Interpreter, call: Call) -> object:
    return following(run, call)


@builtin("iter")
def iter_(run: Interpreter, call: Call) -> object:
    if call.args and isinstance(call.args[0], Stream):
        return call.args[0]
    found = run.items(call.args[0]) if len(call.args) == 1 else None
    return unknown(run, call) if found is None else Stream(found)


@builtin("print", "input", "breakpoint", "help")
def nothing(run: Interpreter, call: Call) -> object:
    return None


@builtin("open")
def open_(run: Interpreter, call: Call) -> object:
    from migrator.scan.evaluator.paths import as_path, literal, opened

    given = call.first("file")
    path = as_path(given) or literal(run, given, call.site)
    if path is None:
        run.unsure += 1
        return run.opaque("the content of a file that the scanner does not read", call.site)
    return opened(run, path, call.first("mode", 1, "r"), call.site)


@builtin("getattr")
def getattr_(run: Interpreter, call: Call) -> object:
    if len(call.args) < 2 or not isinstance(call.args[1], str):
        return unknown(run, call)
    found = run.attribute(call.args[0], call.args[1], call.site)
    if isinstance(found, Opaque) and len(call.args) > 2 and isinstance(call.args[0], (Instance, UserClass)):
        return call.args[2]
    return found


@builtin("setattr")
def setattr_(run: Interpreter, call: Call) -> object:
    if len(call.args) == 3 and isinstance(call.args[0], (Thing, External)) and isinstance(call.args[1], str):
        run.assign(call.args[0], call.args[1], call.args[2], call.site)
    return None


@builtin("hasattr")
def hasattr_(run: Interpreter, call: Call) -> object:
    if len(call.args) == 2 and isinstance(call.args[0], Instance) and isinstance(call.args[1], str):
        return not isinstance(run.attribute(call.args[0], call.args[1], call.site), Opaque)
    return unknown(run, call)


@builtin("vars")
def vars_(run: Interpreter, call: Call) -> object:
    value = call.args[0] if call.args else None
    return dict(value.attributes) if isinstance(value, Instance) else unknown(run, call)


@builtin("callable")
def callable_(run: Interpreter, call: Call) -> object:
    value = call.first("obj")
    if isinstance(value, (UserFunction, UserClass, Native)):
        return True
    return unknown(run, call) if isinstance(value, (Opaque, External, Thing)) else False


def _wrapper(kind: type[Thing]) -> Rule:
    def rule(run: Interpreter, call: Call) -> object:
        function = call.first("function")
        return kind(function) if isinstance(function, UserFunction) else function  # type: ignore[call-arg]  # one of the three

    return rule


BUILTINS["property"] = Native("property", _wrapper(Property))
BUILTINS["classmethod"] = Native("classmethod", _wrapper(ClassMethod))
BUILTINS["staticmethod"] = Native("staticmethod", _wrapper(StaticMethod))
BUILTINS["object"] = External("object")

for _name, _class in vars(builtins).items():
    if isinstance(_class, type) and issubclass(_class, BaseException):
        BUILTINS[_name] = External(f"builtins.{_name}")
