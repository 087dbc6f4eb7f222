"""Python's built-in functions, as far as they have no effect."""

import builtins
import collections.abc
import functools
from collections.abc import Callable
from datetime import date, datetime, timedelta

from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.arithmetic import binary, truth
from migrator.scan.evaluator.classes import ClassMethod, Instance, Member, Property, StaticMethod
from migrator.scan.evaluator.interpreter import BUILTINS as BUILTINS  # others take it from here, filled
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.streams import Stream, following, lockstep
from migrator.scan.evaluator.text import as_text
from migrator.scan.evaluator.values import (
    Call,
    External,
    Native,
    Opaque,
    Site,
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
    if isinstance(value, list | tuple | dict | set | frozenset | str | bytes | range):
        uncertain = not isinstance(value, str | bytes | range) and any(
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

    if call.args and isinstance(call.args[0], FilePath | PlainPath):
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
            if not isinstance(pair, tuple | list) or len(pair) != 2 or not bounds.hashable(pair[0]):
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
    if not bounds.known(keys):
        return None
    try:
        order = sorted(range(len(items)), key=lambda i: keys[i], reverse=backwards)  # type: ignore[arg-type, return-value]
    except TypeError:
        return None
    return [items[i] for i in order]


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
    import ast

    return Site(run.importer.entry, ast.Constant(None))


@builtin("sorted")
def sorted_(run: Interpreter, call: Call) -> object:
    found = ordered(run, run.items(call.first("iterable")), call.kwargs)
    return unknown(run, call) if found is None else found


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
    if isinstance(found, Opaque) and len(call.args) > 2 and isinstance(call.args[0], Instance | UserClass):
        return call.args[2]
    return found


@builtin("setattr")
def setattr_(run: Interpreter, call: Call) -> object:
    if len(call.args) == 3 and isinstance(call.args[0], Thing | External) and isinstance(call.args[1], str):
        run.assign(call.args[0], call.args[1], call.args[2], call.site)
    return None


@builtin("hasattr")
def hasattr_(run: Interpreter, call: Call) -> object:
    if len(call.args) == 2 and isinstance(call.args[0], Instance) and isinstance(call.args[1], str):
        return not isinstance(run.attribute(call.args[0], call.args[1], call.site), Opaque)
    return unknown(run, call)


class Kind(Native):
    """`str`, `dict` and the like: called, asked for a method, or compared with."""

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """`str.lower`, `dict.fromkeys`."""
        if name == "__name__":
            return self.name
        if name == "fromkeys":
            return Native(name, _from_keys)
        if name == "maketrans":
            return run.attribute("", name, site)

        def method(run: Interpreter, call: Call) -> object:
            if not call.args:
                return unknown(run, call)
            found = run.attribute(call.args[0], name, call.site)
            return run.call(found, Call(call.args[1:], call.kwargs, call.site, call.unknown))

        return Native(f"{self.name}.{name}", method)


def _from_keys(run: Interpreter, call: Call) -> object:
    found = run.items(call.first("iterable"))
    if found is None or not all(map(bounds.hashable, found)):
        return unknown(run, call)
    return dict.fromkeys(found, call.first("value", 1))


KINDS = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "list": list,
    "tuple": tuple,
    "dict": dict,
    "set": set,
    "frozenset": frozenset,
    "bytes": bytes,
}
ABSTRACT: dict[str, type] = {
    f"{home}.{name}": getattr(collections.abc, name)
    for home in ("collections.abc", "typing")
    for name in ("Mapping", "Sequence", "Iterable", "Callable", "Hashable", "Collection", "MutableMapping")
}


@builtin("isinstance")
def isinstance_(run: Interpreter, call: Call) -> object:
    said = is_instance(call.first("obj"), call.first("kind", 1))
    return unknown(run, call) if said is None else said


def is_instance(value: object, kind: object) -> bool | None:
    """`isinstance(value, kind)`; None when that is not known."""
    if isinstance(kind, tuple):
        said = [is_instance(value, k) for k in kind]
        return True if True in said else None if None in said else False
    if isinstance(value, Opaque | External) or isinstance(kind, Opaque):
        return None
    if isinstance(value, Instance | Member):
        return _of_class(value.of, kind)
    if isinstance(value, Thing):
        return _of_airflow(value, kind)
    if isinstance(kind, Native) and kind.name in KINDS:
        return isinstance(value, KINDS[kind.name])
    if isinstance(kind, External) and isinstance(value, datetime | date | timedelta):
        return any(c.__name__ == kind.last for c in type(value).__mro__)
    if isinstance(kind, External) and kind.name in ABSTRACT:
        return isinstance(value, ABSTRACT[kind.name])
    return False if isinstance(kind, UserClass | Native) else None


def _of_class(of: UserClass, kind: object) -> bool | None:
    if isinstance(kind, UserClass):
        return kind in of.line()
    outside = of.outside()
    if isinstance(kind, External):
        return True if kind in outside else None if outside else False
    if isinstance(kind, Native) and kind.name in KINDS:
        mixed = any(isinstance(b, Opaque) or not b.name.startswith(("enum.Enum", "abc.")) for b in outside)
        return None if mixed else False
    return None


def _of_airflow(value: Thing, kind: object) -> bool | None:
    """A DAG, task, group or XCom is no text, number or container."""
    if isinstance(value, UserFunction | UserClass | Native) or not isinstance(kind, Native):
        return None
    return False if kind.name in KINDS else None


@builtin("vars")
def vars_(run: Interpreter, call: Call) -> object:
    value = call.args[0] if call.args else None
    return dict(value.attributes) if isinstance(value, Instance) else unknown(run, call)


@builtin("callable")
def callable_(run: Interpreter, call: Call) -> object:
    value = call.first("obj")
    if isinstance(value, UserFunction | UserClass | Native):
        return True
    return unknown(run, call) if isinstance(value, Opaque | External | Thing) else False


@builtin("type")
def type_(run: Interpreter, call: Call) -> object:
    value = call.first("obj")
    if len(call.args) == 3:
        return _class_of(call) or run.opaque("a class that is not known", call.site, wild=True)
    if len(call.args) == 1 and isinstance(value, Instance):
        return value.of
    for name, kind in KINDS.items():
        if len(call.args) == 1 and type(value) is kind:
            return BUILTINS[name]
    return unknown(run, call)


def _class_of(call: Call) -> UserClass | None:
    """`type("Name", (Base,), {...})`."""
    import ast

    name, bases, names = call.args
    if not isinstance(name, str) or not isinstance(bases, tuple) or not isinstance(names, dict):
        return None
    if not all(isinstance(k, str) for k in names):
        return None
    node = ast.ClassDef(name, [], [], [], [])
    ast.copy_location(node, call.site.node)
    found = UserClass(name, bases, {str(k): v for k, v in names.items()}, call.site.source, node)
    for member in found.names.values():
        if isinstance(member, UserFunction) and member.owner is None:
            member.owner = found
    return found


def _wrapper(kind: type[Thing]) -> Rule:
    def rule(run: Interpreter, call: Call) -> object:
        function = call.first("function")
        return kind(function) if isinstance(function, UserFunction) else function  # type: ignore[call-arg]  # one of the three

    return rule


BUILTINS["property"] = Native("property", _wrapper(Property))
BUILTINS["classmethod"] = Native("classmethod", _wrapper(ClassMethod))
BUILTINS["staticmethod"] = Native("staticmethod", _wrapper(StaticMethod))
BUILTINS["object"] = External("object")

for _name in KINDS:
    _known = BUILTINS[_name]
    assert isinstance(_known, Native)
    BUILTINS[_name] = Kind(_name, _known.do)

for _name, _class in vars(builtins).items():
    if isinstance(_class, type) and issubclass(_class, BaseException):
        BUILTINS[_name] = External(f"builtins.{_name}")
