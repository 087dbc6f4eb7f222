"""Methods of dicts."""

from collections.abc import Callable

from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Call, Native, Opaque


def _unknown(run: Interpreter, call: Call) -> object:
    return run.opaque("a method of values that are not constants", call.site)


def _rest() -> Opaque:
    return Opaque("changed under a condition that is not known", rest=True)


def dict_method(run: Interpreter, value: object, name: str) -> object | None:
    """The method of that name; None where it has no meaning here."""
    assert isinstance(value, dict)
    methods: dict[str, Callable[[Interpreter, Call], object]] = {
        "get": lambda run, call: _get(run, value, call),
        "items": lambda run, call: _or_rest(value, [(k, v) for k, v in value.items()]),
        "keys": lambda run, call: list(value),
        "values": lambda run, call: _or_rest(value, list(value.values())),
        "copy": lambda run, call: dict(value),
        "update": lambda run, call: _update(run, value, call),
        "setdefault": lambda run, call: _set_default(run, value, call),
        "pop": lambda run, call: _pop_key(run, value, call),
        "popitem": lambda run, call: _pop_item(run, value, call),
        "clear": lambda run, call: _clear(run, value),
        "__setitem__": lambda run, call: _put(run, value, call),
        "__getitem__": lambda run, call: _at(run, value, call),
        "__contains__": lambda run, call: (
            call.first("key") in value if bounds.known(value) else _unknown(run, call)
        ),
        "most_common": lambda run, call: _most_common(run, value, call),
        "total": lambda run, call: sum(v for v in value.values() if isinstance(v, int)),
    }
    return Native(name, methods[name]) if name in methods else None


def _or_rest(value: dict[object, object], found: list[object]) -> list[object]:
    return [_rest()] if any(isinstance(k, Opaque) for k in value) else found


def _get(run: Interpreter, value: dict[object, object], call: Call) -> object:
    key = call.first("key")
    if not bounds.hashable(key) or (key not in value and any(isinstance(k, Opaque) for k in value)):
        return run.opaque("a key that is not known", call.site)
    return value.get(key, call.first("default", 1))


def _update(run: Interpreter, value: dict[object, object], call: Call) -> None:
    from migrator.scan.evaluator.builtin import BUILTINS

    pairs = run.call(BUILTINS["dict"], call)  # marks what is not known of it
    assert isinstance(pairs, dict)
    if run.doubts:
        pairs = {k: Opaque("set under a condition that is not known") for k in pairs} | {_rest(): None}
    value.update(pairs)


def _set_default(run: Interpreter, value: dict[object, object], call: Call) -> object:
    key = call.first("key")
    if not bounds.hashable(key) or run.doubts or any(isinstance(k, Opaque) for k in value):
        value[_rest()] = None
        return _unknown(run, call)
    return value.setdefault(key, call.first("default", 1))


def _pop_key(run: Interpreter, value: dict[object, object], call: Call) -> object:
    key = call.first("key")
    if not bounds.hashable(key) or run.doubts:
        value[_rest()] = None
        return _unknown(run, call)
    if key not in value and len(call.args) < 2 and not any(isinstance(k, Opaque) for k in value):
        return run.fail("KeyError", "a key that is not there", call.site)
    return value.pop(key, call.first("default", 1))


def _pop_item(run: Interpreter, value: dict[object, object], call: Call) -> object:
    if run.doubts or not value or any(isinstance(k, Opaque) for k in value):
        value[_rest()] = None
        return _unknown(run, call)
    return value.popitem()


def _put(run: Interpreter, value: dict[object, object], call: Call) -> None:
    from migrator.scan.evaluator.statements import set_item

    set_item(run, value, call.first("key"), call.first("value", 1), call.site)


def _at(run: Interpreter, value: dict[object, object], call: Call) -> object:
    from migrator.scan.evaluator.expressions import item_of

    return item_of(run, value, call.first("key"), call.site)


def _clear(run: Interpreter, value: dict[object, object]) -> None:
    if run.doubts:
        value[_rest()] = None
    else:
        value.clear()


def _most_common(run: Interpreter, value: dict[object, object], call: Call) -> object:
    from collections import Counter

    size = call.first("n")
    if not bounds.known(value) or not isinstance(size, int | None):
        return _unknown(run, call)
    counts: Counter[object] = Counter({k: v for k, v in value.items() if isinstance(v, int)})
    return counts.most_common(size)
