"""Attributes and methods of constants, lists, dicts and sets."""

from collections.abc import Callable

from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.mappings import dict_method
from migrator.scan.evaluator.moments import KINDS, moment_attribute
from migrator.scan.evaluator.pieces import formatted_with, joined
from migrator.scan.evaluator.text import as_text, format_call
from migrator.scan.evaluator.values import Call, EntryName, External, Native, Opaque, Site, Thing, Unsorted
from migrator.scan.registry import VALUES

TEXT_METHODS = frozenset(
    [
        "capitalize",
        "casefold",
        "count",
        "endswith",
        "find",
        "index",
        "isalnum",
        "isalpha",
        "isdigit",
        "isidentifier",
        "islower",
        "isspace",
        "isupper",
        "lower",
        "lstrip",
        "partition",
        "removeprefix",
        "removesuffix",
        "rfind",
        "rindex",
        "rpartition",
        "rsplit",
        "rstrip",
        "split",
        "splitlines",
        "startswith",
        "strip",
        "swapcase",
        "title",
        "upper",
        "encode",
        "decode",
        "isnumeric",
        "isdecimal",
        "translate",
    ]
)
SET_METHODS = frozenset(
    [
        "union",
        "intersection",
        "difference",
        "symmetric_difference",
        "copy",
        "issubset",
        "issuperset",
        "isdisjoint",
    ]
)
SET_CHANGES = frozenset(
    ["add", "update", "discard", "remove", "clear", "difference_update", "intersection_update"]
)


def attribute_of(run: Interpreter, value: object, name: str, site: Site) -> object:
    """`value.name` of a value that is not a thing of its own."""
    if isinstance(value, External):
        return external_attribute(value, name)
    if isinstance(value, Opaque):
        return run.opaque(value.why, site, value.wild)
    rules: Callable[[Interpreter, object, str], object | None] | None = next(
        (rule for kinds, rule in RULES if isinstance(value, kinds)), None
    )
    found = rules(run, value, name) if rules else None
    return run.opaque(f"attribute {name!r} of a constant", site) if found is None else found


def external_attribute(value: External, name: str) -> object:
    """`package.name`; some names are worth a constant."""
    full = f"{value.name}.{name}"
    if full in VALUES:
        return VALUES[full]
    if name == "value" and value.name in VALUES:
        return VALUES[value.name]
    if full == "sys.modules":
        return Modules()
    owner = value.name.rsplit(".", 1)[-1]
    if owner == "TriggerRule":
        return name.lower()
    return External(full)


class Modules(Thing):
    """`sys.modules`."""

    def item(self, run: Interpreter, key: object, site: Site) -> object:
        """A module that this reading has loaded."""
        if isinstance(key, EntryName):
            return run.importer.loaded[run.importer.entry.path]
        known = {m.name: m for m in run.importer.loaded.values()}
        return known[key] if isinstance(key, str) and key in known else run.opaque("a module", site)


def _text(run: Interpreter, value: object, name: str) -> object | None:
    assert isinstance(value, (str, bytes))
    if name in TEXT_METHODS:
        return Native(name, lambda run, call: _plain_method(run, value, name, call))
    if not isinstance(value, str):
        return None
    special: dict[str, Callable[[Interpreter, Call], object]] = {
        "format": lambda run, call: _formatted(run, value, call),
        "format_map": lambda run, call: _or_opaque(
            run, format_call(run, value, Call([], _named(call.first("mapping")), call.site)), call
        ),
        "maketrans": lambda run, call: _plain_method(run, value, name, call),
        "join": lambda run, call: _join(run, value, call),
        "replace": lambda run, call: _replace(run, value, call),
        "zfill": lambda run, call: _pad(run, value, name, call),
        "ljust": lambda run, call: _pad(run, value, name, call),
        "rjust": lambda run, call: _pad(run, value, name, call),
        "center": lambda run, call: _pad(run, value, name, call),
    }
    return Native(name, special[name]) if name in special else None


def _named(value: object) -> dict[str, object]:
    return {k: v for k, v in value.items() if isinstance(k, str)} if isinstance(value, dict) else {}


def _formatted(run: Interpreter, value: str, call: Call) -> object:
    found = format_call(run, value, call)
    pieces = formatted_with(value, call) if found is None and not call.unknown else ()
    return run.partly("a part of the text is not known", call.site, pieces) if found is None else found


def _or_opaque(run: Interpreter, value: object, call: Call) -> object:
    return run.opaque("a part of the text is not known", call.site) if value is None else value


def _plain_method(run: Interpreter, value: object, name: str, call: Call) -> object:
    """A method without effect, of a constant, with constants."""
    if call.unknown or not bounds.known(call.args) or not bounds.known(call.kwargs):
        return run.opaque("a method with arguments that are not known", call.site)
    try:
        return bounds.small(getattr(value, name)(*call.args, **call.kwargs))
    except (TypeError, ValueError, LookupError, OverflowError) as error:
        return run.fail(type(error).__name__, str(error), call.site)


def _join(run: Interpreter, value: str, call: Call) -> object:
    items = run.items(call.first("iterable"))
    texts = [i if isinstance(i, str) else as_text(i) if isinstance(i, Thing) else None for i in items or ()]
    if items is None or any(t is None for t in texts) or isinstance(items, Unsorted):
        pieces = () if items is None or isinstance(items, Unsorted) else joined(value, list(items))
        return run.partly("a part of the text is not known", call.site, pieces)
    if sum(len(t or "") + len(value) for t in texts) > bounds.TEXT:
        raise bounds.OutOfBudget("a text of too many characters")
    return value.join(t for t in texts if t is not None)


def _replace(run: Interpreter, value: str, call: Call) -> object:
    if len(call.args) < 2 or not all(isinstance(a, str) for a in call.args[:2]):
        return run.opaque("a method with arguments that are not known", call.site)
    old, new = str(call.args[0]), str(call.args[1])
    if (value.count(old) + 1) * len(new) > bounds.TEXT:
        raise bounds.OutOfBudget("a text of too many characters")
    return value.replace(old, new)


def _pad(run: Interpreter, value: str, name: str, call: Call) -> object:
    width = call.first("width")
    if not isinstance(width, int) or width > 10_000:
        return run.opaque("a text of unknown width", call.site)
    return _plain_method(run, value, name, call)


def _list(run: Interpreter, value: object, name: str) -> object | None:
    assert isinstance(value, list)
    methods: dict[str, Callable[[Interpreter, Call], object]] = {
        "append": lambda run, call: _grow(run, value, len(value), [call.first("object")]),
        "extend": lambda run, call: _grow(run, value, len(value), run.items(call.first("iterable"))),
        "insert": lambda run, call: _grow(run, value, call.first("index"), [call.first("object", 1)]),
        "copy": lambda run, call: list(value),
        "pop": lambda run, call: _pop(run, value, call),
        "clear": lambda run, call: _change(run, value, lambda: value.clear()),
        "reverse": lambda run, call: _change(run, value, lambda: value.reverse()),
        "sort": lambda run, call: _sort(run, value, call),
        "remove": lambda run, call: _remove(run, value, call),
        "appendleft": lambda run, call: _grow(run, value, 0, [call.first("object")]),  # of a deque
        "popleft": lambda run, call: _pop(run, value, Call([0], {}, call.site)),
    }
    if name in ("index", "count"):
        return Native(
            name,
            lambda run, call: (
                _plain_method(run, value, name, call) if bounds.known(value) else _unknown(run, call)
            ),
        )
    return Native(name, methods[name]) if name in methods else None


def _unknown(run: Interpreter, call: Call) -> object:
    return run.opaque("a method of values that are not constants", call.site)


def _rest() -> Opaque:
    return Opaque("changed under a condition that is not known", rest=True)


def _grow(run: Interpreter, value: list[object], index: object, items: list[object] | None) -> None:
    if items is None or run.doubts or not isinstance(index, int):
        value.append(_rest())
    else:
        value[index:index] = items
    bounds.small(value)


def _change(run: Interpreter, value: list[object], change: Callable[[], None]) -> None:
    if run.doubts:
        value.append(_rest())
    else:
        change()


def _pop(run: Interpreter, value: list[object], call: Call) -> object:
    index = call.first("index", default=-1)
    certain = isinstance(index, int) and -len(value) <= index < len(value)
    if run.doubts or not certain or any(isinstance(v, Opaque) and v.rest for v in value):
        value.append(_rest())
        return _unknown(run, call)
    return value.pop(index) if isinstance(index, int) else None


def _sort(run: Interpreter, value: list[object], call: Call) -> None:
    from migrator.scan.evaluator.order import ordered

    found = ordered(run, value, call.kwargs)
    if found is None or run.doubts or isinstance(value, Unsorted):
        value.append(_rest())
    else:
        value[:] = found


def _remove(run: Interpreter, value: list[object], call: Call) -> None:
    wanted = call.first("value")
    for index, item in enumerate(value):
        if bounds.same(item, wanted) and not run.doubts:
            del value[index]
            return
    value.append(_rest())


def _set(run: Interpreter, value: object, name: str) -> object | None:
    assert isinstance(value, (set, frozenset))
    if name in SET_METHODS:
        return Native(name, lambda run, call: _plain_method(run, value, name, call))
    if name == "pop" and isinstance(value, set):
        return Native(name, lambda run, call: _pop_any(run, value, call))
    if name in SET_CHANGES and isinstance(value, set):
        return Native(name, lambda run, call: _mutate_set(run, value, name, call))
    return None


def _pop_any(run: Interpreter, value: set[object], call: Call) -> object:
    if len(value) == 1 and not run.doubts:
        return value.pop()
    value.add(_rest())
    return _unknown(run, call)


def _mutate_set(run: Interpreter, value: set[object], name: str, call: Call) -> object:
    if run.doubts or not all(bounds.hashable(a) or bounds.known(a) for a in call.args):
        value.add(_rest())
        return None
    return _plain_method(run, value, name, call)


Rule = Callable[[Interpreter, object, str], object | None]
RULES: tuple[tuple[tuple[type, ...], Rule], ...] = (
    ((str, bytes), _text),
    ((list,), _list),
    ((dict,), dict_method),
    ((set, frozenset), _set),
    (KINDS, moment_attribute),
)
