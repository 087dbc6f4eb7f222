"""The patterns of `match` statements."""

import ast
from collections.abc import Callable

from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.arithmetic import compare
from migrator.scan.evaluator.classes import Instance
from migrator.scan.evaluator.expressions import site
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import External, Opaque, Scope, Thing, UserClass

Said = bool | None  # None: not known
Rule = Callable[[Interpreter, ast.pattern, object, Scope], Said]


def fits(run: Interpreter, pattern: ast.pattern, subject: object, scope: Scope) -> Said:
    """Whether the pattern matches; its names are set on the way."""
    run.spend(1)
    return RULES[type(pattern)](run, pattern, subject, scope)


def _all(run: Interpreter, pairs: list[tuple[ast.pattern, object]], scope: Scope) -> Said:
    result: Said = True
    for pattern, subject in pairs:
        said = fits(run, pattern, subject, scope)
        if said is False:
            return False
        result = result and said
    return result


def _value(run: Interpreter, pattern: ast.pattern, subject: object, scope: Scope) -> Said:
    assert isinstance(pattern, ast.MatchValue)
    said = compare(run, ast.Eq(), subject, run.evaluate(pattern.value, scope), site(scope, pattern))
    return said if isinstance(said, bool) else None


def _singleton(run: Interpreter, pattern: ast.pattern, subject: object, scope: Scope) -> Said:
    assert isinstance(pattern, ast.MatchSingleton)
    return None if isinstance(subject, (Opaque, External)) else subject is pattern.value


def _as(run: Interpreter, pattern: ast.pattern, subject: object, scope: Scope) -> Said:
    assert isinstance(pattern, ast.MatchAs)
    said = True if pattern.pattern is None else fits(run, pattern.pattern, subject, scope)
    if pattern.name and said is not False:
        scope.store(pattern.name, subject)
    return said


def _or(run: Interpreter, pattern: ast.pattern, subject: object, scope: Scope) -> Said:
    assert isinstance(pattern, ast.MatchOr)
    for part in pattern.patterns:
        said = fits(run, part, subject, scope)
        if said is not False:
            return said
    return False


def _sequence(run: Interpreter, pattern: ast.pattern, subject: object, scope: Scope) -> Said:
    assert isinstance(pattern, ast.MatchSequence)
    if isinstance(subject, str | bytes | dict | set | int | float | bool | None):
        return False
    items = run.items(subject)
    if items is None or not isinstance(subject, (list, tuple)):
        return None
    stars = [i for i, p in enumerate(pattern.patterns) if isinstance(p, ast.MatchStar)]
    if len(items) < len(pattern.patterns) - len(stars) or (not stars and len(items) > len(pattern.patterns)):
        return False
    if stars:
        tail = len(pattern.patterns) - stars[0] - 1
        items = [*items[: stars[0]], items[stars[0] : len(items) - tail], *items[len(items) - tail :]]
    return _all(run, list(zip(pattern.patterns, items, strict=True)), scope)


def _star(run: Interpreter, pattern: ast.pattern, subject: object, scope: Scope) -> Said:
    assert isinstance(pattern, ast.MatchStar)
    if pattern.name:
        scope.store(pattern.name, subject)
    return True


def _mapping(run: Interpreter, pattern: ast.pattern, subject: object, scope: Scope) -> Said:
    assert isinstance(pattern, ast.MatchMapping)
    if not isinstance(subject, dict):
        return None if isinstance(subject, (Opaque, External, Thing)) else False
    keys = [run.evaluate(k, scope) for k in pattern.keys]
    if any(isinstance(k, Opaque) for k in [*subject, *keys]) or not all(map(bounds.hashable, keys)):
        return None
    if any(k not in subject for k in keys):
        return False
    said = _all(run, [(p, subject[k]) for p, k in zip(pattern.patterns, keys, strict=True)], scope)
    if pattern.rest and said:
        scope.store(pattern.rest, {k: v for k, v in subject.items() if k not in keys})
    return said


def _class(run: Interpreter, pattern: ast.pattern, subject: object, scope: Scope) -> Said:
    from migrator.scan.evaluator.kinds import is_instance

    assert isinstance(pattern, ast.MatchClass)
    kind, at = run.evaluate(pattern.cls, scope), site(scope, pattern)
    said = is_instance(subject, kind)
    if not said:
        return said
    pairs: list[tuple[ast.pattern, object]] = [
        (p, run.attribute(subject, n, at))
        for n, p in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True)
    ]
    if pattern.patterns and isinstance(kind, UserClass) and isinstance(subject, Instance):
        names = [n for c in reversed(kind.line()) for n in c.fields]
        if len(names) < len(pattern.patterns):
            return None
        pairs += [(p, subject.attributes.get(n)) for n, p in zip(names, pattern.patterns, strict=False)]
    elif pattern.patterns:
        pairs.append((pattern.patterns[0], subject))
    return _all(run, pairs, scope)


RULES: dict[type[ast.pattern], Rule] = {
    ast.MatchValue: _value,
    ast.MatchSingleton: _singleton,
    ast.MatchAs: _as,
    ast.MatchOr: _or,
    ast.MatchSequence: _sequence,
    ast.MatchStar: _star,
    ast.MatchMapping: _mapping,
    ast.MatchClass: _class,
}
