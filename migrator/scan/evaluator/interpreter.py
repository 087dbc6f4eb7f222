"""The evaluator's core: it walks statements and expressions, each kind handled by a function of its own.

`EXPRESSIONS`, `STATEMENTS`, `CALLED` and `BUILTINS` are filled by the other modules of this package.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import field
from typing import TYPE_CHECKING, Any

from migrator.findings import Finding
from migrator.record import dataclass
from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.bounds import METER
from migrator.scan.evaluator.values import Call, External, Module, Opaque, Scope, Site, Thing, Unsorted

if TYPE_CHECKING:
    from migrator.scan.imports import Importer
    from migrator.scan.world import World


@dataclass(frozen=True)
class Signal:
    """How a block ended, when it was not at its end."""

    kind: str  # "return", "break", "continue", "raise"
    value: object = None


class Raised(Exception):
    """An exception of the code that is read, on its way to the `try` that may catch it."""

    def __init__(self, kind: object, text: str, site: Site) -> None:
        super().__init__(text)
        self.kind, self.text, self.site = kind, text, site  # `kind`: an exception class, or unknown


@dataclass(frozen=True)
class Doubt:
    """Why it is not known whether, or how often, the code that is being read runs."""

    code: str
    why: str
    site: Site


@dataclass
class Frame:
    """A call in progress."""

    scope: Scope
    returned: list[object] = field(default_factory=list)  # what it may have returned under a doubt
    give: Callable[[object], None] | None = None  # what a generator's values are handed to


ExpressionRule = Callable[["Interpreter", ast.expr, Scope], object]
StatementRule = Callable[["Interpreter", ast.stmt, Scope], Signal | None]
EXPRESSIONS: dict[type[ast.expr], ExpressionRule] = {}
STATEMENTS: dict[type[ast.stmt], StatementRule] = {}
CALLED: dict[type, Callable[["Interpreter", Any, Call], object]] = {}
BUILTINS: dict[str, object] = {"__debug__": True, "NotImplemented": None}


def expression(*kinds: type[ast.expr]) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Registers the function that evaluates these nodes."""

    def register(rule: Callable[..., object]) -> Callable[..., object]:
        EXPRESSIONS.update(dict.fromkeys(kinds, rule))
        return rule

    return register


def statement(
    *kinds: type[ast.stmt],
) -> Callable[[Callable[..., Signal | None]], Callable[..., Signal | None]]:
    """Registers the function that carries out these statements."""

    def register(rule: Callable[..., Signal | None]) -> Callable[..., Signal | None]:
        STATEMENTS.update(dict.fromkeys(kinds, rule))
        return rule

    return register


def called(kind: type) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Registers the function that carries out calls of such values."""

    def register(rule: Callable[..., object]) -> Callable[..., object]:
        CALLED[kind] = rule
        return rule

    return register


class Interpreter:
    """One reading of one DAG file. What it finds out about DAGs and tasks is in `world`."""

    def __init__(self, world: "World", importer: "Importer") -> None:
        self.world = world
        self.importer = importer
        self.findings: list[Finding] = []
        self.doubts: list[Doubt] = []
        self.frames: list[Frame] = []
        self.repeats = 0  # how many loops and plain functions are around the place that is being read
        self.unsure = 0  # counts what may raise, for `try`
        self.turns: tuple[tuple[int, int], ...] = ()  # the turns of loops over what has no fixed order
        self.loops = 0
        self.making_class: object = None  # while its metaclass is asked
        self.closed: list[
            dict[str, object]
        ] = []  # the names around functions that stand inside another, or a class
        self.tries = 0  # how many `try` bodies are around the place that is being read
        METER.reset()
        self.depth = 0

    # -- walking

    def evaluate(self, node: ast.expr, scope: Scope) -> object:
        """The value of an expression."""
        METER.left -= 1  # `METER.spend()`, without the call: this is the busiest place of all
        if METER.left < 0:
            METER.spend(0)
        if node.__class__ is ast.Constant:  # so is every third
            value: object = node.value
        else:
            rule = EXPRESSIONS.get(node.__class__)
            if rule is None:
                why = "an expression that the scanner does not work out"
                return self.opaque(why, Site(scope.module.source, node))
            value = rule(self, node, scope)
        if (check := bounds.SIZES[value.__class__]) is not None:
            check(value)
        return value

    def execute(self, block: list[ast.stmt], scope: Scope) -> Signal | None:
        """A block of statements; a signal when it ended early."""
        for node in block:
            METER.left -= 1  # likewise
            if METER.left < 0:
                METER.spend(0)
            rule = STATEMENTS.get(node.__class__)
            if rule is not None and (signal := rule(self, node, scope)) is not None:
                return signal
        return None

    def spend(self, steps: int) -> None:
        """For work that is done in one go but grows with its input."""
        METER.spend(steps)

    # -- values

    def opaque(self, why: str, site: Site, wild: bool = False) -> Opaque:
        """A value that is not known."""
        return Opaque(why, site.text(), wild)

    def partly(self, why: str, site: Site, pieces: tuple[object, ...], wild: bool = False) -> Opaque:
        """A text of which only pieces are known."""
        return Opaque(why, site.text(), wild, pieces=pieces)

    def fail(self, kind: str, why: str, site: Site) -> Opaque:
        """Something that is sure to raise this built-in exception: a `try` sees it; without one, it is unknown."""
        if self.tries and not self.doubts:
            raise Raised(External(f"builtins.{kind}"), why, site)
        self.unsure += 1
        return self.opaque(why, site)

    def call(self, function: object, call: Call) -> object:
        """What a call gives."""
        if isinstance(function, Thing):
            return function.call(self, call)
        rule = CALLED.get(type(function))
        if rule is None:
            return self.opaque("a call of something that is not a function", call.site)
        return rule(self, function, call)

    def attribute(self, value: object, name: str, site: Site) -> object:
        """`value.name`."""
        if isinstance(value, Thing):
            return value.attribute(self, name, site)
        from migrator.scan.evaluator.attributes import attribute_of

        return attribute_of(self, value, name, site)

    def assign(self, owner: object, name: str, value: object, site: Site) -> None:
        """`owner.name = value`. A function of Airflow's that is replaced may change whatever follows."""
        if isinstance(owner, Thing):
            owner.assign(self, name, value, site)
        elif isinstance(owner, External) and owner.name.startswith("airflow.") and not bounds.known(value):
            why = f"{owner.name}.{name}, a part of Airflow, is replaced"
            self.world.tampered = self.world.tampered or Doubt("SC038", why, site)

    def items(self, value: object) -> list[object] | None:
        """What a loop over the value gives, or None when that is not known."""
        if isinstance(value, Thing):
            found = value.items()
        elif isinstance(value, (dict, list, tuple, str, bytes)):
            found = (Unsorted if isinstance(value, Unsorted) else list)(value)
        elif isinstance(value, range):
            found = list(bounds.small(value))  # type: ignore[call-overload]  # still a range
        elif isinstance(value, (set, frozenset)):
            # Python's own order differs from run to run; Airflow's then does too.
            key = (lambda v: (str(type(v)), str(v))) if bounds.known(value) else None
            found = (Unsorted if len(value) > 1 else list)(sorted(value, key=key) if key else value)
        else:
            return None
        if found is None or any(isinstance(v, Opaque) and v.rest for v in found):
            return None
        self.spend(len(found))
        return found

    # -- doubt

    @contextmanager
    def doubting(self, doubt: Doubt) -> Iterator[None]:
        """What is read inside may not happen."""
        self.doubts.append(doubt)
        depth = len(self.doubts)
        try:
            yield
        finally:
            del self.doubts[depth - 1 :]

    def report(
        self, code: str, message: str, site: Site, dag_id: str | None = None, task_id: str | None = None
    ) -> None:
        """A finding at a place."""
        self.findings.append(Finding(code, message, site.source.origin(site.node), dag_id, task_id))

    @contextmanager
    def repeating(self) -> Iterator[None]:
        """One text inside may be read several times: a loop, or a function."""
        self.repeats += 1
        try:
            yield
        finally:
            self.repeats -= 1

    @contextmanager
    def once(self) -> Iterator[None]:
        """A text that is read once, wherever it is called from: an imported module, a `@dag` function."""
        before, self.repeats = self.repeats, 0
        try:
            yield
        finally:
            self.repeats = before

    def in_turn(self, items: Iterable[object]) -> Iterator[object]:
        """The items one by one, and which turn it is where their order is not known."""
        if not isinstance(items, Unsorted):
            yield from items
            return
        self.loops += 1
        outer, loop = self.turns, self.loops
        try:
            for index, value in enumerate(items):
                self.turns = (*outer, (loop, index))
                yield value
        finally:
            self.turns = outer

    def new_module(self, name: str, source: object) -> Module:
        """An empty module of a source, with the names that Python itself sets."""
        module = Module(name, source)  # type: ignore[arg-type]  # a Source
        from migrator.scan.evaluator.paths import FilePath

        module.names.update({"__name__": name, "__doc__": None, "__file__": FilePath(module.source.path)})
        return module
