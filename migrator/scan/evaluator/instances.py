"""Objects of the users' classes, and how their attributes are found."""

import ast
from dataclasses import field

from migrator.record import dataclass
from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import (
    Bound,
    Call,
    External,
    Native,
    Opaque,
    Site,
    Thing,
    UserClass,
    UserFunction,
)

OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.Mod: "mod",
    ast.BitOr: "or",
    ast.BitAnd: "and",
    ast.RShift: "rshift",
    ast.LShift: "lshift",
    ast.MatMult: "matmul",
}


def descends(of: UserClass, names: set[str]) -> bool:
    """Whether a class has one of these imported ones above it."""
    return any(isinstance(b, External) and b.name in names for b in of.outside())


@dataclass(eq=False)
class Property(Thing):
    """`@property`, or `@cached_property`, whose value is `kept`."""

    function: UserFunction
    kept: bool = False


@dataclass(eq=False)
class ClassMethod(Thing):
    """`@classmethod`."""

    function: UserFunction


@dataclass(eq=False)
class StaticMethod(Thing):
    """`@staticmethod`."""

    function: UserFunction


NOTHING = object()


def member_of(
    run: Interpreter, thing: Thing, of: UserClass | None, attributes: dict[str, object], name: str, site: Site
) -> object:
    """`thing.name` where the thing has it itself, or its class does; NOTHING otherwise."""
    if name in attributes:
        return attributes[name]
    if of is None:
        return NOTHING
    found = of.find(name)
    if isinstance(found, Property):
        if found.kept:  # `@cached_property`
            return attributes.setdefault(name, found.function.call(run, Call([thing], {}, site)))
        return found.function.call(run, Call([thing], {}, site))
    if isinstance(found, ClassMethod):
        return Bound(of, found.function)
    if isinstance(found, StaticMethod):
        return found.function
    if isinstance(found, UserFunction):
        return Bound(thing, found)
    if name == "__class__":
        return of
    if isinstance(found, Instance) and isinstance(getter := found.of.find("__get__"), UserFunction):
        return getter.call(run, Call([found, thing, of], {}, site))
    return found if found is not None or any(name in c.names for c in of.line()) else NOTHING


@dataclass(eq=False)
class Instance(Thing):
    """An object of a user's class."""

    of: UserClass
    attributes: dict[str, object] = field(default_factory=dict)
    run: Interpreter | None = None
    at: Site | None = None  # where it was made
    made: Call | None = None  # what it was made with, as long as nothing has changed it since

    def touched(self) -> None:
        """It may not be what it was made as."""
        self.made = None

    def special(self, name: str, *args: object) -> object:
        """What a method like `__len__` gives; NOTHING where the class has none."""
        found = self.of.find(name)
        if not isinstance(found, UserFunction) or self.run is None or self.at is None:
            return NOTHING
        return found.call(self.run, Call([self, *args], {}, self.at))

    def truth(self) -> object:
        """`bool(instance)`, before it is known to be a constant."""
        for name in ("__bool__", "__len__"):
            if (found := self.special(name)) is not NOTHING:
                return found
        items = self.items()
        return bool(items is None or items)

    def equals(self, other: object) -> object:
        """`instance == other`; NOTHING where only itself is equal."""
        if (found := self.special("__eq__", other)) is not NOTHING:
            return found
        if (
            isinstance(other, Instance)
            and other.of is self.of
            and (self.of.dataclass or self.items() is not None)
        ):
            pairs = [(v, other.attributes.get(k)) for k, v in self.attributes.items()]
            if all(bounds.same(a, b) for a, b in pairs):
                return True
            return False if all(bounds.known(a) and bounds.known(b) for a, b in pairs) else Opaque("equality")
        return NOTHING

    def combine(
        self, run: Interpreter, operator: ast.operator, other: object, site: Site, swapped: bool
    ) -> object:
        """`instance + other` and the like, by its own method."""
        name = OPERATORS.get(type(operator), "")
        found = self.special(f"__{'r' if swapped else ''}{name}__", other) if name else NOTHING
        if found is NOTHING and isinstance(other, Instance) and not swapped:
            found = other.special(f"__r{name}__", self)
        return super().combine(run, operator, other, site, swapped) if found is NOTHING else found

    def text(self) -> str | None:
        """Its `__str__` or `__repr__`."""
        for name in ("__str__", "__repr__"):
            if (found := self.special(name)) is not NOTHING:
                return found if isinstance(found, str) else None
        return None

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """Its own attribute, or a method or attribute of its class."""
        if name == "__dict__":
            return self.attributes
        if (found := member_of(run, self, self.of, self.attributes, name, site)) is not NOTHING:
            return found
        tuples = name[:1] == "_" and descends(self.of, {"typing.NamedTuple"})
        if tuples and (part := self._of_tuple(run, name, site)) is not NOTHING:
            return part
        if isinstance(fallback := self.of.find("__getattr__"), UserFunction) and name[:2] != "__":
            return fallback.call(run, Call([self, name], {}, site))
        return run.opaque(
            f"attribute {name!r} of an instance of {self.of.name}", site, wild=bool(self.of.outside())
        )

    def assign(self, run: Interpreter, name: str, value: object, site: Site) -> None:
        """Under a doubt the attribute is no longer known."""
        if isinstance(setter := self.of.find("__setattr__"), UserFunction):
            setter.call(run, Call([self, name, value], {}, site))
        else:
            self.put(run, name, value, site)

    def put(self, run: Interpreter, name: str, value: object, site: Site) -> None:
        """`object.__setattr__`."""
        self.touched()
        doubtful = bool(run.doubts) and not bounds.same(self.attributes.get(name, run), value)
        self.attributes[name] = (
            run.opaque("set under a condition that is not known", site) if doubtful else value
        )

    def call(self, run: Interpreter, call: Call) -> object:
        """Its `__call__`."""
        return run.call(self.attribute(run, "__call__", call.site), call)

    def item(self, run: Interpreter, key: object, site: Site) -> object:
        """Its `__getitem__`."""
        if not isinstance(self.of.find("__getitem__"), UserFunction) and (items := self.items()) is not None:
            from migrator.scan.evaluator.expressions import item_of

            return item_of(run, tuple(items), key, site)
        return run.call(self.attribute(run, "__getitem__", site), Call([key], {}, site))

    def enter(self, run: Interpreter, site: Site) -> object:
        """Its `__enter__`."""
        return run.call(self.attribute(run, "__enter__", site), Call([], {}, site))

    def leave(self, run: Interpreter, site: Site) -> None:
        """Its `__exit__`."""
        run.call(self.attribute(run, "__exit__", site), Call([None, None, None], {}, site))

    def items(self) -> list[object] | None:
        """Those of a named tuple in order, or what its `__iter__` gives."""
        found = self.special("__iter__")
        if found is not NOTHING and self.run is not None:
            return None if found is self else self.run.items(found)
        if not descends(self.of, {"typing.NamedTuple"}):
            return None
        names = [n for c in reversed(self.of.line()) for n in c.fields]
        return [self.attributes.get(n) for n in dict.fromkeys(names)]

    def _of_tuple(self, run: Interpreter, name: str, site: Site) -> object:
        """`_asdict`, `_replace`, `_fields` of a named tuple."""
        if name == "_asdict":
            return Native(name, lambda run, call: dict(self.attributes))
        if name == "_replace":
            return Native(
                name,
                lambda run, call: run.call(self.of, Call([], {**self.attributes, **call.kwargs}, call.site)),
            )
        return tuple(self.attributes) if name == "_fields" else NOTHING

    def describe(self) -> str:
        """For messages."""
        return f"an instance of {self.of.name}"
