"""`dataclass`, as the standard library has it, for the hundred small classes that every command starts with.

The standard one compiles up to six methods for each class: half a millisecond, of a start that takes a tenth of a
second. This one compiles `__init__` alone, when the first instance is made; the other methods are plain functions.
A frozen instance is filled through its `__dict__`, twice as fast as with `object.__setattr__` for each field.
`fields`, `replace`, `field` and the rest of `dataclasses` work as ever, and type checkers see the original.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass

Class = TypeVar("Class", bound=type[Any])

if not TYPE_CHECKING:

    def dataclass(cls=None, /, *, frozen=False, eq=True):
        """The decorator, with or without arguments."""
        return _made(cls, frozen, eq) if cls is not None else lambda cls: _made(cls, frozen, eq)


def _made(cls: Class, frozen: bool, eq: bool) -> Class:
    cls.__doc__ = cls.__doc__ or cls.__name__  # else the standard library works out a signature for it
    below = any(
        map(dataclasses.is_dataclass, cls.__mro__[1:])
    )  # then it checks that both are frozen, or none
    dataclasses.dataclass(init=False, repr=False, eq=False, frozen=frozen and below)(cls)
    cls.__dataclass_params__.frozen = frozen
    cls.__init__ = _first_init(cls, frozen)
    own: dict[str, object] = {"__repr__": _repr}
    if eq:
        names = [f.name for f in dataclasses.fields(cls) if f.compare]
        key = attrgetter(*names) if names else type  # all instances without fields are equal
        hashed = [f.name for f in dataclasses.fields(cls) if f.compare and f.hash is not False]
        own |= {"__eq__": _equal(key), "__hash__": _hash(attrgetter(*hashed) if hashed else type)}
        own["__hash__"] = own["__hash__"] if frozen else None
    if frozen:
        own |= {"__setattr__": _refuse, "__delattr__": _refuse}
    given = {
        name for name, value in vars(cls).items() if value is not None
    }  # an own `__eq__` makes `__hash__` None
    for name in own.keys() - given:
        setattr(cls, name, own[name])
    return cls


def _first_init(cls: type[Any], frozen: bool) -> Callable[..., None]:
    """Puts the real `__init__` in its own place, and calls it."""

    def __init__(self: object, *args: object, **kwargs: object) -> None:
        cls.__init__ = _init(cls, frozen)
        cls.__init__(self, *args, **kwargs)

    return __init__


def _init(cls: type[Any], frozen: bool) -> Callable[..., None]:
    """Sets each field in turn, as the standard library's does."""
    place = "own__[{!r}]" if frozen else "self.{}"
    head, body = ["self"], ["own__ = self.__dict__"] if frozen else []
    known: dict[str, object] = {"MISSING": MISSING}
    for field in dataclasses.fields(cls):
        assert not field.kw_only, "not here"
        name, value = field.name, field.name
        if field.default_factory is not MISSING:
            known[f"make_{name}"] = field.default_factory
            value = f"make_{name}() if {name} is MISSING else {name}" if field.init else f"make_{name}()"
            head += [f"{name}=MISSING"] if field.init else []
        elif not field.init:  # its default is an attribute of the class
            continue
        elif field.default is not MISSING:
            known[f"default_{name}"] = field.default
            head.append(f"{name}=default_{name}")
        else:
            head.append(name)
        body.append(f"{place.format(name)} = {value}")
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    lines = [f"def __init__({', '.join(head)}):", *(body or ["pass"])]
    made: dict[str, Any] = {}
    exec("\n ".join(lines), known, made)  # names of fields, nothing else
    return made["__init__"]  # type: ignore[no-any-return]


@recursive_repr("...")
def _repr(self: Any) -> str:
    shown = (f"{f.name}={getattr(self, f.name)!r}" for f in dataclasses.fields(self) if f.repr)
    return f"{self.__class__.__qualname__}({', '.join(shown)})"


def _equal(key: Callable[[object], object]) -> Callable[[object, object], bool]:
    def __eq__(self: object, other: object) -> bool:
        return bool(key(self) == key(other)) if other.__class__ is self.__class__ else NotImplemented

    return __eq__


def _hash(key: Callable[[object], object]) -> Callable[[object], int]:
    def __hash__(self: object) -> int:
        return hash(key(self))

    return __hash__


def _refuse(self: object, name: str, *value: object) -> None:
    raise FrozenInstanceError(f"cannot change {name!r}")
