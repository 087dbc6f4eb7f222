"""`collections`, `dataclasses` and `string.Template`: values that behave nearly like built-in ones."""

import ast
import string

from migrator.record import dataclass
from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.builtin import BUILTINS, unknown
from migrator.scan.evaluator.classes import Instance
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.text import as_text
from migrator.scan.evaluator.values import Call, Defaults, External, Native, Opaque, Site, Thing, UserClass
from migrator.scan.registry import VALUES, means

for _name in ("ascii_lowercase", "ascii_uppercase", "ascii_letters", "digits", "hexdigits", "punctuation"):
    VALUES[f"string.{_name}"] = getattr(string, _name)


@means("collections.defaultdict")
def defaultdict(run: Interpreter, call: Call) -> object:
    made = Defaults(call.args[0] if call.args else None)
    rest = run.call(BUILTINS["dict"], Call(call.args[1:], call.kwargs, call.site, call.unknown))
    made.update(rest if isinstance(rest, dict) else {})
    return made


@means("collections.Counter")
def counter(run: Interpreter, call: Call) -> object:
    made = Defaults(Native("int", lambda run, call: 0))
    source = call.args[0] if call.args else {}
    if isinstance(source, dict):
        made.update(source)
        return made
    found = run.items(source)
    if found is None or not all(map(bounds.hashable, found)):
        return unknown(run, call)
    for value in found:
        made[value] = int(str(made.get(value, 0))) + 1
    return made


@means("collections.deque")
def deque(run: Interpreter, call: Call) -> object:
    found = run.items(call.args[0]) if call.args else []
    return unknown(run, call) if found is None or "maxlen" in call.kwargs else list(found)


@means("collections.namedtuple")
def namedtuple(run: Interpreter, call: Call) -> object:
    name, given = call.first("typename"), call.first("field_names", 1)
    fields = given.replace(",", " ").split() if isinstance(given, str) else given
    if not isinstance(name, str) or not isinstance(fields, (list, tuple)):
        return unknown(run, call)
    names = tuple(f for f in fields if isinstance(f, str))
    return _tuple_class(call, name, names, run.items(call.kwargs.get("defaults", ())) or [])


@means("typing.NamedTuple")
def typed(run: Interpreter, call: Call) -> object:
    name, pairs = call.first("typename"), run.items(call.first("fields", 1))
    if not isinstance(name, str) or pairs is None:
        return unknown(run, call)
    return _tuple_class(call, name, tuple(str(p[0]) for p in pairs if isinstance(p, (tuple, list))), [])


def _tuple_class(call: Call, name: str, names: tuple[str, ...], defaults: list[object]) -> UserClass:
    values = dict(zip(names[len(names) - len(defaults) :], defaults, strict=False))
    node = ast.ClassDef(name, [], [], [], [])
    ast.copy_location(node, call.site.node)
    return UserClass(name, (External("typing.NamedTuple"),), dict(values), call.site.source, node, names)


def _fields(value: object) -> list[str] | None:
    of = value.of if isinstance(value, Instance) else value
    return [n for c in reversed(of.line()) for n in c.fields] if isinstance(of, UserClass) else None


def _plain(value: object, depth: int = 0) -> object:
    if depth > bounds.NESTING:
        raise bounds.OutOfBudget("containers nested too deeply")
    if isinstance(value, Instance) and value.of.dataclass:
        return {n: _plain(value.attributes.get(n), depth + 1) for n in dict.fromkeys(_fields(value) or ())}
    if isinstance(value, (list, tuple)):
        return type(value)(_plain(v, depth + 1) for v in value)
    return {k: _plain(v, depth + 1) for k, v in value.items()} if isinstance(value, dict) else value


@means("dataclasses.asdict", "attr.asdict", "attrs.asdict")
def asdict(run: Interpreter, call: Call) -> object:
    value = call.args[0] if call.args else None
    return _plain(value) if isinstance(value, Instance) and not call.kwargs else unknown(run, call)


@means("dataclasses.astuple")
def astuple(run: Interpreter, call: Call) -> object:
    found = _plain(call.args[0]) if call.args else None
    return tuple(found.values()) if isinstance(found, dict) else unknown(run, call)


class Named(Thing):
    """One of `dataclasses.fields(...)`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """Its name; nothing else is known."""
        return self.name if name == "name" else super().attribute(run, name, site)


@means("dataclasses.fields")
def fields(run: Interpreter, call: Call) -> object:
    found = _fields(call.args[0]) if call.args else None
    return unknown(run, call) if found is None else [Named(n) for n in dict.fromkeys(found)]


@means("dataclasses.replace", "copy.replace")
def replace(run: Interpreter, call: Call) -> object:
    value = call.args[0] if call.args else None
    if not isinstance(value, Instance) or call.unknown:
        return unknown(run, call)
    known = {n: v for n, v in value.attributes.items() if n in (_fields(value) or ())}
    return run.call(value.of, Call([], {**known, **call.kwargs}, call.site))


@dataclass(eq=False)
class Template(Thing):
    """`string.Template(...)`."""

    source: str

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """`substitute` and `safe_substitute`."""
        if name in ("substitute", "safe_substitute"):
            return Native(name, lambda run, call: self._filled(run, name, call))
        return self.source if name == "template" else super().attribute(run, name, site)

    def _filled(self, run: Interpreter, name: str, call: Call) -> object:
        given = call.args[0] if call.args else {}
        values = {**given, **call.kwargs} if isinstance(given, dict) else None
        texts = {k: as_text(v) for k, v in (values or {}).items()}
        if (
            values is None
            or call.unknown
            or None in texts.values()
            or any(isinstance(k, Opaque) for k in texts)
        ):
            return run.opaque("a part of the text is not known", call.site)
        if sum(len(t or "") for t in texts.values()) * (self.source.count("$") + 1) > bounds.TEXT:
            raise bounds.OutOfBudget("a text of too many characters")
        try:
            return getattr(string.Template(self.source), name)({str(k): v for k, v in texts.items()})
        except (KeyError, ValueError) as error:
            return run.fail(type(error).__name__, str(error), call.site)


@means("string.Template")
def template(run: Interpreter, call: Call) -> object:
    text = call.first("template")
    return Template(text) if isinstance(text, str) else unknown(run, call)


@means("string.capwords")
def capwords(run: Interpreter, call: Call) -> object:
    text = call.first("s")
    return string.capwords(text) if isinstance(text, str) and len(call.args) == 1 else unknown(run, call)
