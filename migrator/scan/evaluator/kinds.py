"""What kind of thing a value is: `isinstance`, `type`, and the built-in types themselves."""

import ast
import collections.abc
from datetime import date, datetime, timedelta

from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.builtin import BUILTINS, builtin, unknown
from migrator.scan.evaluator.classes import Instance, Member
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import (
    Call,
    External,
    Native,
    Opaque,
    Site,
    Thing,
    UserClass,
    UserFunction,
)


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
    if isinstance(value, (Opaque, External)) or isinstance(kind, Opaque):
        return None
    if isinstance(value, (Instance, Member)):
        return _of_class(value.of, kind)
    if isinstance(value, Thing):
        return _of_airflow(value, kind)
    if isinstance(kind, Native) and kind.name in KINDS:
        return isinstance(value, KINDS[kind.name])
    if isinstance(kind, External) and isinstance(value, (datetime, date, timedelta)):
        return any(c.__name__ == kind.last for c in type(value).__mro__)
    if isinstance(kind, External) and kind.name in ABSTRACT:
        return isinstance(value, ABSTRACT[kind.name])
    return False if isinstance(kind, (UserClass, Native)) else None


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
    if isinstance(value, (UserFunction, UserClass, Native)) or not isinstance(kind, Native):
        return None
    return False if kind.name in KINDS else None


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


for _name in KINDS:
    _known = BUILTINS[_name]
    assert isinstance(_known, Native)
    BUILTINS[_name] = Kind(_name, _known.do)
