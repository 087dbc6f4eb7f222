"""`re` on constants, refused where a pattern could take forever on its text."""

import re
from functools import lru_cache

from migrator.record import dataclass
from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Call, Native, Opaque, Site, Thing
from migrator.scan.registry import VALUES, means

try:
    from re import _parser as sre  # type: ignore[attr-defined]  # the standard library's own, since Python 3.11
except ImportError:
    import sre_parse as sre

COST = 20_000_000  # steps of the matcher that one call may take at worst
SHORT = 14  # characters: a repetition inside a repetition takes at most 2 ** 14 steps
STEP = 20_000  # of the matcher's steps, for one of the evaluator's
METHODS = ("match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")
for _flag in (
    "IGNORECASE",
    "MULTILINE",
    "DOTALL",
    "VERBOSE",
    "ASCII",
    "UNICODE",
    "I",
    "M",
    "S",
    "X",
    "A",
    "U",
):
    VALUES[f"re.{_flag}"] = int(getattr(re, _flag))


@lru_cache(maxsize=256)
def _repeats(pattern: str, flags: int) -> tuple[int, bool]:
    """How many open-ended repetitions a pattern has, and whether one stands inside another."""
    found, nested = 0, False
    left = [(sre.parse(pattern, flags), False)]
    while left:
        part, inside = left.pop()
        for kind, value in part:
            name = str(kind)
            if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and value[1] > 8:
                found, nested = found + 1, nested or inside
                left.append((value[2], True))
            else:
                left += [(p, inside) for p in _parts(value)]
    return found, nested


def _parts(value: object) -> list[object]:
    """The patterns inside a node of the parsed one."""
    if isinstance(value, sre.SubPattern):
        return [value]
    return [p for v in value for p in _parts(v)] if isinstance(value, (list, tuple)) else []


@dataclass(eq=False)
class Pattern(Thing):
    """`re.compile(...)`."""

    compiled: "re.Pattern[str]"

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """The functions of the module, for this pattern."""
        if name in METHODS:
            return Native(name, lambda run, call: _apply(run, self.compiled, name, call, list(call.args)))
        if name in ("pattern", "flags", "groups"):
            return getattr(self.compiled, name)
        return super().attribute(run, name, site)


@dataclass(eq=False)
class Match(Thing):
    """What `re.match` found."""

    found: "re.Match[str]"

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """Groups and places."""
        if name in ("group", "groups", "groupdict", "start", "end", "span", "expand"):
            return Native(name, lambda run, call: self._ask(run, name, call))
        if name in ("string", "lastgroup", "lastindex", "pos", "endpos"):
            return getattr(self.found, name)
        return super().attribute(run, name, site)

    def item(self, run: Interpreter, key: object, site: Site) -> object:
        """`match["name"]`."""
        return self._ask(run, "group", Call([key], {}, site))

    def _ask(self, run: Interpreter, name: str, call: Call) -> object:
        if not bounds.known(call.args) or not bounds.known(call.kwargs):
            return run.opaque("a group that is not known", call.site)
        try:
            return getattr(self.found, name)(*call.args, **call.kwargs)
        except (IndexError, TypeError, re.error):
            return run.fail("IndexError", "no such group", call.site)


def _compiled(run: Interpreter, pattern: object, flags: object) -> "re.Pattern[str] | None":
    if isinstance(pattern, Pattern):
        return pattern.compiled
    if not isinstance(pattern, str) or not isinstance(flags, int) or len(pattern) > 5_000:
        return None
    run.spend(1 + len(pattern) // 10)
    try:
        return re.compile(pattern, flags)
    except (re.error, ValueError, RecursionError, OverflowError):
        return None


def _safe(run: Interpreter, compiled: "re.Pattern[str]", text: str) -> bool:
    """Whether matching ends in good time, at worst."""
    repeats, nested = _repeats(compiled.pattern, compiled.flags)
    if nested and len(text) > SHORT:
        return False
    cost = (len(text) + 1) ** (repeats + 1)
    if cost > COST:
        return False
    run.spend(1 + cost // STEP)
    return True


@means("re.compile")
def compile_(run: Interpreter, call: Call) -> object:
    found = _compiled(run, call.first("pattern"), call.first("flags", 1, 0))
    return run.opaque("a pattern that is not known", call.site) if found is None else Pattern(found)


@means("re.escape")
def escape(run: Interpreter, call: Call) -> object:
    text = call.first("pattern")
    return re.escape(text) if isinstance(text, str) else run.opaque("a text that is not known", call.site)


def _function(name: str) -> None:
    @means(f"re.{name}")
    def do(run: Interpreter, call: Call) -> object:
        values = list(call.args)
        places = ("pattern", "repl", "string") if name in ("sub", "subn") else ("pattern", "string")
        for place in places[len(values) :]:
            if place in call.kwargs:
                values.append(call.kwargs[place])
        flags = call.kwargs.get(
            "flags", values[len(places)] if name in METHODS[:3] and len(values) > 2 else 0
        )
        found = _compiled(run, values[0] if values else None, flags)
        if found is None:
            return run.opaque("a pattern that is not known", call.site)
        return _apply(run, found, name, call, values[1 : len(places)] + values[len(places) : len(places) + 1])


def _apply(
    run: Interpreter, compiled: "re.Pattern[str]", name: str, call: Call, values: list[object]
) -> object:
    if name in ("sub", "subn"):
        return _replaced(run, compiled, name, call, values)
    text = values[0] if values else call.kwargs.get("string")
    if not isinstance(text, str) or not _safe(run, compiled, text):
        return run.opaque("a text that is not known", call.site)
    if name == "findall":
        return bounds.small(compiled.findall(text))
    if name == "finditer":
        return [Match(m) for m in compiled.finditer(text)]
    if name == "split":
        most = call.kwargs.get("maxsplit", values[1] if len(values) > 1 else 0)
        return compiled.split(text, most if isinstance(most, int) else 0)
    found = getattr(compiled, name)(text)
    return None if found is None else Match(found)


def _replaced(
    run: Interpreter, compiled: "re.Pattern[str]", name: str, call: Call, values: list[object]
) -> object:
    repl = values[0] if values else call.kwargs.get("repl")
    text = values[1] if len(values) > 1 else call.kwargs.get("string")
    count = call.kwargs.get("count", values[2] if len(values) > 2 else 0)
    known = isinstance(text, str) and isinstance(count, int) and isinstance(repl, (str, Thing))
    if not known or not isinstance(text, str) or not isinstance(count, int) or not _safe(run, compiled, text):
        return run.opaque("a text that is not known", call.site)
    unknown: list[object] = []

    def put(match: "re.Match[str]") -> str:
        given = run.call(repl, Call([Match(match)], {}, call.site))
        if not isinstance(given, str):
            unknown.append(given)
        return given if isinstance(given, str) else ""

    if isinstance(repl, str) and (text.count("") + 1) * (len(repl) + 1) > bounds.TEXT:
        raise bounds.OutOfBudget("a text of too many characters")
    try:
        made = (compiled.subn if name == "subn" else compiled.sub)(
            repl if isinstance(repl, str) else put, text, count=count
        )
    except (re.error, IndexError):
        return run.opaque("a pattern that fails", call.site)
    return run.opaque("a replacement that is not known", call.site) if unknown else bounds.small(made)


for _name in METHODS:
    _function(_name)

__all__ = ["Match", "Opaque", "Pattern"]
