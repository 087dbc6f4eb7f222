"""What an expression can be worth: a Python constant or container, or one of the values here."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import field
from typing import TYPE_CHECKING

from migrator.record import dataclass

if TYPE_CHECKING:
    from migrator.scan.evaluator.interpreter import Interpreter
    from migrator.scan.source import Source


class Site:
    """A place in a text: what a value or a finding points at. There are more of them than of anything else."""

    __slots__ = ("node", "source")

    def __init__(self, source: "Source", node: ast.AST) -> None:
        self.source, self.node = source, node

    @property
    def line(self) -> int:
        """The line, from 1."""
        return getattr(self.node, "lineno", 1)

    def text(self) -> str:
        """The text of the node."""
        return self.source.segment(self.node)


@dataclass(frozen=True)
class Place:
    """An expression that means the same everywhere in the file that has it."""

    path: str
    expression: str


@dataclass(frozen=True)
class Opaque:
    """A value that is not known. A `wild` one comes from code that was not read: it may be, or do, anything."""

    why: str
    source: str = ""
    wild: bool = False
    rest: bool = False  # stands in a container for "and perhaps more, or fewer, items"
    of: object = None  # the DAG, group or task that it is a part of: a call of it may change that
    at: Place | None = None  # what gives it
    pieces: tuple[object, ...] = ()  # of a text: those that are known, and those that have an expression


@dataclass(frozen=True)
class GroupItem(Opaque):
    """One of what a group is mapped over; `source` is the parameter that gets it."""


@dataclass(frozen=True)
class External:
    """Something that the file imports from a package that is not part of the scanned folder."""

    name: str  # fully dotted

    @property
    def last(self) -> str:
        """The name without its module."""
        return self.name.rsplit(".", 1)[-1]


@dataclass
class Call:
    """The arguments of one call. `unknown` says why there may be more of them than were read."""

    args: list[object]
    kwargs: dict[str, object]
    site: Site
    unknown: str | None = None
    nodes: dict[str, ast.expr] = field(default_factory=dict)

    def first(self, name: str, position: int = 0, default: object = None) -> object:
        """The argument of that name or position."""
        if name in self.kwargs:
            return self.kwargs[name]
        return self.args[position] if position < len(self.args) else default


class Thing:
    """A value with a behaviour of its own: a DAG, a task, an instance, a module."""

    def touched(self) -> None:
        """One of its methods is called, and may change it."""

    def attribute(self, run: "Interpreter", name: str, site: Site) -> object:
        """`thing.name`."""
        if name == "__enter__":
            return Native(name, lambda run, call: self.enter(run, call.site))
        if name == "__exit__":
            return Native(name, lambda run, call: self.leave(run, call.site))
        return run.opaque(f"{self.describe()} has no attribute {name!r} that the scanner knows", site)

    def assign(self, run: "Interpreter", name: str, value: object, site: Site) -> None:
        """`thing.name = value`."""

    def call(self, run: "Interpreter", call: Call) -> object:
        """`thing(...)`."""
        return run.opaque(f"{self.describe()} cannot be called", call.site)

    def item(self, run: "Interpreter", key: object, site: Site) -> object:
        """`thing[key]`."""
        return run.opaque(f"an item of {self.describe()}", site)

    def enter(self, run: "Interpreter", site: Site) -> object:
        """The beginning of a `with` block; what `as` gets."""
        return self

    def leave(self, run: "Interpreter", site: Site) -> None:
        """The end of a `with` block."""

    def combine(
        self, run: "Interpreter", operator: ast.operator, other: object, site: Site, swapped: bool
    ) -> object:
        """`thing <operator> other`, or the other way round when `swapped`."""
        return run.opaque(f"{self.describe()} in an expression", site)

    def items(self) -> list[object] | None:
        """What a loop over it gives; None when it is not known."""
        return None

    def text(self) -> str | None:
        """`str(thing)`; None when it is not known."""
        return None

    def describe(self) -> str:
        """For messages."""
        return f"a {type(self).__name__.lower()}"


class Unsorted(list[object]):
    """Items of which the order is not the same everywhere: those of a set, or of a folder."""


class Defaults(dict[object, object]):
    """`defaultdict(...)`: a dict that makes what is missing."""

    def __init__(self, factory: object) -> None:
        super().__init__()
        self.factory = factory


@dataclass(eq=False)
class Native(Thing):
    """A function that the evaluator carries out itself."""

    name: str
    do: Callable[["Interpreter", Call], object]

    def call(self, run: "Interpreter", call: Call) -> object:
        """What the function makes of the arguments."""
        return self.do(run, call)


class EntryName(Thing):
    """`__name__` of a DAG file: Airflow makes up one that differs between machines, and is never "__main__"."""

    def describe(self) -> str:
        """For messages."""
        return "the name that Airflow gives to the file"


@dataclass(eq=False)
class Module(Thing):
    """A Python file of the scanned folder, as another file imports it, or the file itself."""

    name: str
    source: "Source"
    names: dict[str, object] = field(default_factory=dict)
    hole: str | None = None  # why there may be more names: `from unknown import *`

    def attribute(self, run: "Interpreter", name: str, site: Site) -> object:
        """A name of the module."""
        if name in self.names:
            return self.names[name]
        found = run.importer.submodule(run, self, name)
        return found if found is not None else run.opaque(f"{self.name} has no {name}", site, wild=True)

    def assign(self, run: "Interpreter", name: str, value: object, site: Site) -> None:
        """Set from outside."""
        self.names[name] = (
            run.opaque("set under a condition that is not known", site) if run.doubts else value
        )


@dataclass(eq=False)
class Scope:
    """Names and their values. A function's scope has the one around its `def` as parent; a module's has none."""

    module: Module
    names: dict[str, object]
    parent: "Scope | None" = None
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    is_class: bool = False

    def chain(self) -> Iterator["Scope"]:
        """This scope and those around it, without the class bodies that a function does not see."""
        scope: Scope | None = self
        while scope is not None:
            if scope is self or not scope.is_class:
                yield scope
            scope = scope.parent

    def store(self, name: str, value: object) -> None:
        """Assign where `global` and `nonlocal` say."""
        if name in self.globals:
            self.module.names[name] = value
            return
        if name in self.nonlocals:
            for scope in list(self.chain())[1:]:
                if name in scope.names:
                    scope.names[name] = value
                    return
        self.names[name] = value


@dataclass(eq=False)
class UserFunction(Thing):
    """A `def` or `lambda` of the scanned folder."""

    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    source: "Source"
    defaults: dict[str, object] = field(default_factory=dict)
    owner: "UserClass | None" = None
    attributes: dict[str, object] = field(default_factory=dict)
    manages: bool = False  # `@contextmanager`
    wraps: "UserFunction | External | None" = None  # by `functools.wraps`
    dressed: "UserFunction | None" = None  # the function below its decorators, which is called as this one is

    @property
    def called(self) -> str:
        """Its `__name__`, by which Airflow names a task, a group or a DAG."""
        if isinstance(self.wraps, UserFunction):
            return self.wraps.called
        return self.wraps.last if self.wraps else self.name

    @property
    def doc(self) -> str | None:
        """Its docstring, as `inspect.getdoc` cleans it."""
        if isinstance(self.wraps, UserFunction):
            return self.wraps.doc
        return None if isinstance(self.node, ast.Lambda) else ast.get_docstring(self.node)

    def attribute(self, run: "Interpreter", name: str, site: Site) -> object:
        """Names, docstrings and what decorators have set."""
        if name in self.attributes:
            return self.attributes[name]
        if name in ("__name__", "__qualname__"):
            return self.called
        if isinstance(self.wraps, UserFunction):
            return self.wraps if name == "__wrapped__" else self.wraps.attribute(run, name, site)
        if name == "__doc__":
            return None if isinstance(self.node, ast.Lambda) else ast.get_docstring(self.node, clean=False)
        return run.opaque(f"attribute {name!r} of a function", site)

    def assign(self, run: "Interpreter", name: str, value: object, site: Site) -> None:
        """Attributes of functions are kept."""
        self.attributes[name] = value

    def call(self, run: "Interpreter", call: Call) -> object:
        """Its body, with these arguments."""
        from migrator.scan.evaluator.functions import invoke

        return invoke(run, self, call)

    def describe(self) -> str:
        """For messages."""
        return f"function {self.name}"


@dataclass(eq=False)
class Bound(Thing):
    """A method of an instance."""

    owner: object
    function: UserFunction

    def call(self, run: "Interpreter", call: Call) -> object:
        """The function, with the instance before the other arguments."""
        if isinstance(self.owner, Thing):
            self.owner.touched()
        return self.function.call(
            run, Call([self.owner, *call.args], call.kwargs, call.site, call.unknown, call.nodes)
        )


class Partial(Thing):
    """`functools.partial(function, ...)`."""

    def __init__(self, function: object, args: list[object], kwargs: dict[str, object]) -> None:
        self.function, self.args, self.kwargs = function, args, kwargs

    def call(self, run: "Interpreter", call: Call) -> object:
        """The function with both lots of arguments."""
        merged = Call(
            [*self.args, *call.args], {**self.kwargs, **call.kwargs}, call.site, call.unknown, call.nodes
        )
        return run.call(self.function, merged)


@dataclass(eq=False)
class UserClass(Thing):
    """A `class` of the scanned folder."""

    name: str
    bases: tuple[object, ...]
    names: dict[str, object]
    source: "Source"
    node: ast.ClassDef
    fields: tuple[str, ...] = ()  # annotated names, in order
    dataclass: bool = False
    ancestry: "list[UserClass] | None" = None

    def line(self) -> list["UserClass"]:
        """The class and the user's classes that it inherits from, in Python's order."""
        if self.ancestry is None:
            above = [base for base in self.bases if isinstance(base, UserClass)]
            lines = [base.line() for base in above]
            # One base is what most classes have: nothing is there to be merged.
            self.ancestry = [self, *(lines[0] if len(lines) == 1 else _merged([*lines, above]))]
        return self.ancestry

    def outside(self) -> list[External | Opaque]:
        """The bases that the scanned folder does not define."""
        return [b for c in self.line() for b in c.bases if isinstance(b, (External, Opaque))]

    def find(self, name: str) -> object | None:
        """A name of the class or of the user's classes above it."""
        for owner in self.line():
            if name in owner.names:
                return owner.names[name]
        return None

    def attribute(self, run: "Interpreter", name: str, site: Site) -> object:
        """Class attributes, enum members, class methods."""
        from migrator.scan.evaluator.classes import class_attribute

        return class_attribute(run, self, name, site)

    def assign(self, run: "Interpreter", name: str, value: object, site: Site) -> None:
        """An attribute that is set afterwards; under a doubt it is no longer known."""
        self.names[name] = (
            run.opaque("set under a condition that is not known", site) if run.doubts else value
        )

    def item(self, run: "Interpreter", key: object, site: Site) -> object:
        """`Colour["RED"]`."""
        return (
            self.attribute(run, key, site) if isinstance(key, str) else run.opaque("an item of a class", site)
        )

    def call(self, run: "Interpreter", call: Call) -> object:
        """A new instance."""
        from migrator.scan.evaluator.classes import instantiate

        return instantiate(run, self, call)

    def items(self) -> list[object] | None:
        """The members of an enum."""
        from migrator.scan.evaluator.classes import members

        return members(self)

    def describe(self) -> str:
        """For messages."""
        return f"class {self.name}"


def _merged(lines: list[list[UserClass]]) -> list[UserClass]:
    """The method resolution order of what several bases bring: no class before one that inherits from it."""
    found: list[UserClass] = []
    lines = [list(line) for line in lines if line]
    while lines:
        heads = [line[0] for line in lines if not any(line[0] in other[1:] for other in lines)]
        chosen = (heads or [lines[0][0]])[0]
        found.append(chosen)
        lines = [rest for line in lines if (rest := [c for c in line if c is not chosen])]
    return found
