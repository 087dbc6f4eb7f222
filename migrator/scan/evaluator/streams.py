"""Values that are given one at a time: iterators that remember where they are, and the users' generators."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.values import Call, Native, Opaque, Site, Thing, Unsorted, UserFunction

if TYPE_CHECKING:
    from migrator.scan.evaluator.interpreter import Interpreter

AHEAD = 500  # values that a generator may give before the first of them is needed
END = object()  # there is no further value
Each = Callable[[object], None]


class Stream(Thing):
    """`iter(...)`, `itertools.count()` and the like. `more` is only ever asked for what is needed."""

    def __init__(self, more: Iterable[object], endless: bool = False) -> None:
        self.more, self.endless = iter(more), endless

    def take(self, run: "Interpreter") -> object:
        """The next value, or END."""
        run.spend(1)
        return next(self.more, END)

    def items(self) -> list[object] | None:
        """All that is left; None where that never ends."""
        return None if self.endless else list(self.more)

    def attribute(self, run: "Interpreter", name: str, site: Site) -> object:
        """`__next__`."""
        if name == "__next__":
            return Native(name, lambda run, call: following(run, Call([self], {}, call.site)))
        return super().attribute(run, name, site)


class Enough(Exception):
    """Ends a generator of which no more values are needed."""


class Generator(Stream):
    """A call of a function that yields: its body runs when its values are needed, as far as they are."""

    def __init__(
        self, run: "Interpreter", function: UserFunction, values: dict[str, object], at: Site
    ) -> None:
        super().__init__(())
        self.function, self.values, self.at = function, values, at
        self.run, self.started = run, False
        self.returned: object = None

    def each(self, give: Each) -> None:
        """Runs the body; what it yields is given on at that very moment."""
        from migrator.scan.evaluator.functions import run_generator

        if self.started:
            for value in list(self.more):
                give(value)
            return
        self.started = True
        outer = self.run.frames[:]

        def pass_on(value: object) -> None:
            inner, self.run.frames = self.run.frames, outer
            try:
                give(value)
            finally:
                self.run.frames = inner

        self.returned = run_generator(self.run, self.function, self.values, self.at, pass_on)

    def take(self, run: "Interpreter") -> object:
        """The next value: the body has then run ahead to its end, or far enough."""
        if not self.started:
            self.more = iter(self._ahead(run))
        return super().take(run)

    def _collector(self, found: list[object], most: int | None = None) -> Each:
        doubts = len(self.run.doubts)

        def keep(value: object) -> None:
            sure = len(self.run.doubts) <= doubts
            found.append(value if sure else Opaque("perhaps given by a generator", rest=True))
            if most is not None and len(found) > most:
                raise Enough

        return keep

    def _ahead(self, run: "Interpreter") -> list[object]:
        found: list[object] = []

        made = run.world.changes
        with suppress(Enough):
            self.each(self._collector(found, AHEAD))
        if run.world.changes != made and len(found) > 1:
            # It made tasks ahead of their time: their edges and groups may be others.
            return [Opaque("given by a generator that makes tasks", wild=True) for _ in found]
        return found

    def items(self) -> list[object] | None:
        """All of its values."""
        found: list[object] = []
        self.each(self._collector(found))
        return None if any(isinstance(v, Opaque) and v.rest for v in found) else found

    def describe(self) -> str:
        """For messages."""
        return f"generator {self.function.name}"


class Managed(Thing):
    """What a `@contextmanager` function gives: its body stops at the `yield` while the block is read."""

    def __init__(self, generator: Generator) -> None:
        self.generator = generator

    def describe(self) -> str:
        """For messages."""
        return f"context manager {self.generator.function.name}"


def following(run: "Interpreter", call: Call) -> object:
    """`next(iterator[, default])`."""
    source = call.args[0] if call.args else None
    if isinstance(source, Stream):
        found = source.take(run)
        if found is not END:
            return (
                run.opaque(found.why, call.site, found.wild)
                if isinstance(found, Opaque) and found.rest
                else found
            )
        return (
            call.args[1] if len(call.args) > 1 else run.fail("StopIteration", "no further value", call.site)
        )
    items = run.items(source)
    if items is None:
        return run.opaque("its arguments are not known", call.site)
    # A list stands for generator expressions too, which remember where they are; only the first item is sure.
    return items[0] if items else call.args[1] if len(call.args) > 1 else run.opaque("no value", call.site)


def lockstep(run: "Interpreter", columns: list[object]) -> list[tuple[object, ...]] | None:
    """`zip`: as many rows as the shortest column has; None where one is not known or none ends."""
    lists = [c if isinstance(c, Stream) and c.endless else run.items(c) for c in columns]
    lengths = [len(c) for c in lists if isinstance(c, list)]
    unsorted = len(columns) > 1 and any(isinstance(c, Unsorted) for c in lists)
    if any(c is None for c in lists) or (columns and not lengths) or unsorted:
        return None
    rows = min(lengths, default=0)
    run.spend(rows)
    bounds.small(range(rows))
    taken = [
        [c.take(run) for _ in range(rows)] if isinstance(c, Stream) else c for c in lists if c is not None
    ]
    return list(zip(*taken, strict=False))
