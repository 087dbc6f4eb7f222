"""`if`, loops, `try`, `match`: where it is not known which way the code goes, all are read, under a doubt."""

import ast
from collections.abc import Callable, Iterator

from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.arithmetic import truth
from migrator.scan.evaluator.exceptions import Failure, catches
from migrator.scan.evaluator.expressions import site
from migrator.scan.evaluator.interpreter import Doubt, Interpreter, Raised, Signal, statement
from migrator.scan.evaluator.patterns import fits
from migrator.scan.evaluator.statements import bind
from migrator.scan.evaluator.streams import Enough, Generator, Stream
from migrator.scan.evaluator.values import External, Opaque, Scope
from migrator.scan.tree import walk

Block = Callable[[], Signal | None]


def join(run: Interpreter, values: list[object], why: str, wild: bool = False) -> object:
    """The value when all agree."""
    first = values[0]
    if all(bounds.same(first, v) for v in values[1:]):
        return first
    return Opaque(why, "", wild or any(isinstance(v, Opaque) and v.wild for v in values))


def either(run: Interpreter, blocks: list[Block], scope: Scope, doubt: Doubt) -> Signal | None:
    """Reads each block from the same start. What they agree on is known afterwards; the rest is not."""
    before = dict(scope.names)
    endings: list[tuple[Signal | None, dict[str, object]]] = []
    for block in blocks:
        scope.names.clear()
        scope.names.update(before)
        with run.doubting(doubt):
            signal = block()
        if signal is None or signal.kind != "raise":  # a DAG file that raises is not loaded at all
            endings.append((signal, dict(scope.names)))
    if not endings:
        return Signal("raise", Raised(None, "raised in all cases", doubt.site))
    _merge(run, scope, [names for _, names in endings], doubt)
    return _ending(run, [signal for signal, _ in endings], doubt)


def _merge(run: Interpreter, scope: Scope, outcomes: list[dict[str, object]], doubt: Doubt) -> None:
    """Where some ways do not set a name, its later use would fail there: the other ways say what it is."""
    names = dict.fromkeys(name for outcome in outcomes for name in outcome)
    scope.names.clear()
    for name in names:
        values = [o[name] for o in outcomes if name in o]
        scope.names[name] = join(run, values, doubt.why)
        if scope is not None and scope.names is scope.module.names:
            run.world.hidden += [(v, doubt) for v in values if v is not scope.names[name]]


def _ending(run: Interpreter, signals: list[Signal | None], doubt: Doubt) -> Signal | None:
    kinds = {s.kind if s else None for s in signals}
    returned = [s.value for s in signals if s and s.kind == "return"]
    if kinds == {"return"}:
        return Signal("return", join(run, returned, doubt.why))
    if len(kinds) == 1:
        return signals[0]
    # Some of the ways left: whatever comes next in this function or loop is in doubt.
    if run.frames:
        run.frames[-1].returned += returned
    run.doubts.append(doubt)
    return None


@statement(ast.If)
def if_(run: Interpreter, node: ast.If, scope: Scope) -> Signal | None:
    test = run.evaluate(node.test, scope)
    said = truth(run, test)
    if said is not None:
        return run.execute(node.body if said else node.orelse, scope)
    why = test.why if isinstance(test, Opaque) else "its value is not known"
    doubt = Doubt("SC007", f"it depends on a condition that is not known ({why})", site(scope, node.test))
    return either(
        run, [lambda: run.execute(node.body, scope), lambda: run.execute(node.orelse, scope)], scope, doubt
    )


@statement(ast.For, ast.AsyncFor)
def for_(run: Interpreter, node: ast.For | ast.AsyncFor, scope: Scope) -> Signal | None:
    source = run.evaluate(node.iter, scope)
    at = site(scope, node.iter)
    if isinstance(source, Generator) and not source.started:
        return _each_given(run, node, scope, source)
    items = _drawn(run, source) if isinstance(source, Stream) and source.endless else run.items(source)
    if items is None:
        why = source.why if isinstance(source, Opaque) else "its items are not known"
        return _unknown_loop(
            run, node, scope, run.opaque(why, at, isinstance(source, Opaque) and source.wild)
        )
    doubts = len(run.doubts)
    with run.repeating():
        for value in run.in_turn(items):
            signal = _turn(run, node, scope, value)
            if signal and signal.kind == "break":
                del run.doubts[doubts:]
                return None
            if signal and signal.kind != "continue":
                return signal
    del run.doubts[doubts:]
    return run.execute(node.orelse, scope)


def _drawn(run: Interpreter, source: Stream) -> Iterator[object]:
    while True:
        yield source.take(run)


def _turn(run: Interpreter, node: ast.For | ast.AsyncFor, scope: Scope, value: object) -> Signal | None:
    before = len(run.doubts)
    bind(run, node.target, value, scope)
    signal = run.execute(node.body, scope)
    if signal is None or signal.kind == "continue":
        if not (len(run.doubts) > before and _may_break(node.body)):
            del run.doubts[before:]
        return None
    return signal


class Left(Enough):
    """A loop over a generator ended early."""

    def __init__(self, signal: Signal) -> None:
        super().__init__()
        self.signal = signal


def _each_given(
    run: Interpreter, node: ast.For | ast.AsyncFor, scope: Scope, source: Generator
) -> Signal | None:
    """The loop's body is read each time that the generator's body yields, as Python does it."""

    def give(value: object) -> None:
        if isinstance(value, Opaque) and value.rest:
            _unknown_loop(run, node, scope, value)
        elif signal := _turn(run, node, scope, value):
            raise Left(signal)

    doubts = len(run.doubts)
    try:
        with run.repeating():
            source.each(give)
    except Left as left:
        del run.doubts[doubts:]
        return None if left.signal.kind == "break" else left.signal
    del run.doubts[doubts:]
    return run.execute(node.orelse, scope)


def _may_break(block: list[ast.stmt]) -> bool:
    return any(isinstance(n, (ast.Break, ast.Return)) for statement in block for n in walk(statement))


def _unknown_loop(
    run: Interpreter, node: ast.For | ast.AsyncFor, scope: Scope, value: Opaque
) -> Signal | None:
    doubt = Doubt("SC006", f"a loop over something that is not known ({value.why})", site(scope, node.iter))

    def body() -> Signal | None:
        bind(run, node.target, value, scope)
        with run.repeating():
            signal = run.execute(node.body, scope)
        return signal if signal and signal.kind == "return" else None

    return either(run, [body, lambda: None], scope, doubt)


@statement(ast.While)
def while_(run: Interpreter, node: ast.While, scope: Scope) -> Signal | None:
    doubts = len(run.doubts)
    with run.repeating():
        while True:
            run.spend(1)
            test = run.evaluate(node.test, scope)
            said = truth(run, test)
            if said is None or len(run.doubts) > doubts:
                del run.doubts[doubts:]
                doubt = Doubt(
                    "SC006", "a loop that ends on a condition that is not known", site(scope, node.test)
                )
                return either(run, [lambda: _once(run, node, scope), lambda: None], scope, doubt)
            if not said:
                return run.execute(node.orelse, scope)
            signal = run.execute(node.body, scope)
            if signal and signal.kind == "break":
                return None
            if signal and signal.kind != "continue":
                return signal


def _once(run: Interpreter, node: ast.While, scope: Scope) -> Signal | None:
    signal = run.execute(node.body, scope)
    return signal if signal and signal.kind == "return" else None


TRIES: tuple[type[ast.stmt], ...] = tuple(k for k in (ast.Try, getattr(ast, "TryStar", None)) if k)


@statement(*TRIES)
def try_(run: Interpreter, node: ast.Try, scope: Scope) -> Signal | None:
    last: Signal | None = None
    try:
        signal = _tried(run, node, scope)
    finally:
        last = run.execute(node.finalbody, scope)
    return last or signal


def _tried(run: Interpreter, node: ast.Try, scope: Scope) -> Signal | None:
    before, unsure, doubts = dict(scope.names), run.unsure, len(run.doubts)
    run.tries += bool(node.handlers)
    try:
        signal = run.execute(node.body, scope)
    except Raised as raised:
        del run.doubts[doubts:]
        run.tries -= 1
        return _caught(run, node, scope, raised, before)
    except BaseException:
        run.tries -= bool(node.handlers)
        raise
    run.tries -= bool(node.handlers)
    if signal and signal.kind == "raise" and node.handlers:
        return _handle(run, node.handlers[0], scope)
    if run.unsure > unsure and node.handlers:
        return _perhaps_handle(run, node, scope, before, signal)
    return run.execute(node.orelse, scope) if signal is None else signal


def _caught(
    run: Interpreter, node: ast.Try, scope: Scope, raised: Raised, before: dict[str, object]
) -> Signal | None:
    """The first handler that fits what was raised; where that is not known, any of them."""
    for handler in node.handlers:
        wanted = (
            External("builtins.BaseException") if handler.type is None else run.evaluate(handler.type, scope)
        )
        said = catches(wanted, raised)
        if said:
            return _handle(run, handler, scope, raised)
        if said is None:
            return _perhaps_handle(run, node, scope, before, Signal("raise", raised))
    raise raised


def _handle(
    run: Interpreter, handler: ast.ExceptHandler, scope: Scope, raised: Raised | None = None
) -> Signal | None:
    if handler.name:
        error = (
            Failure(raised.kind, raised.text) if raised else run.opaque("an exception", site(scope, handler))
        )
        scope.store(handler.name, error)
    signal = run.execute(handler.body, scope)
    again = (
        signal is not None
        and signal.kind == "raise"
        and handler.body
        and isinstance(handler.body[-1], ast.Raise)
    )
    if raised and again and isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None:
        return Signal("raise", raised)
    return signal


def _perhaps_handle(
    run: Interpreter, node: ast.Try, scope: Scope, before: dict[str, object], signal: Signal | None
) -> Signal | None:
    """The body did something that may fail: both its outcome and that of the handlers are possible."""
    after = dict(scope.names)

    def went_well() -> Signal | None:
        scope.names.clear()
        scope.names.update(after)
        return signal or run.execute(node.orelse, scope)

    def failed(handler: ast.ExceptHandler) -> Block:
        def block() -> Signal | None:
            scope.names.clear()
            scope.names.update(before)
            ended = _handle(run, handler, scope)
            # Two spellings of one import are no doubt: the one that is tried first is taken.
            for name, value in after.items():
                if isinstance(value, External) and isinstance(scope.names.get(name, value), External):
                    scope.names[name] = value
            return ended

        return block

    doubt = Doubt(
        "SC007", "it depends on whether something fails that the scanner cannot run", site(scope, node)
    )
    return either(run, [went_well, *map(failed, node.handlers)], scope, doubt)


@statement(ast.Assert)
def assert_(run: Interpreter, node: ast.Assert, scope: Scope) -> Signal | None:
    return None


@statement(ast.Match)
def match(run: Interpreter, node: ast.Match, scope: Scope) -> Signal | None:
    subject = run.evaluate(node.subject, scope)
    for case in node.cases:
        matched = _matches(run, case, subject, scope)
        if matched is None:
            break
        if matched:
            return run.execute(case.body, scope)
    else:
        return None
    doubt = Doubt("SC007", "it depends on a match that is not known", site(scope, node.subject))
    blocks: list[Block] = [lambda body=case.body: run.execute(body, scope) for case in node.cases]  # type: ignore[misc]
    return either(run, [*blocks, lambda: None], scope, doubt)


def _matches(run: Interpreter, case: ast.match_case, subject: object, scope: Scope) -> bool | None:
    """Whether this case is the one; None when that is not known."""
    said = fits(run, case.pattern, subject, scope)
    if said and case.guard is not None:
        return truth(run, run.evaluate(case.guard, scope))
    return said
