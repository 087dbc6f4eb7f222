"""What an expression may be worth, where that is simple: constants, names of constants, paths, f-strings of these."""

import ast
import itertools
import posixpath
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from migrator.inventory.env import (
    UNKNOWN,
    Beside,
    Env,
    Unknown,
    Uri,
    Values,
    attributes_of,
    parameters,
    stores_in,
)
from migrator.inventory.needs import argument
from migrator.inventory.units import Store

DEPTH, STEPS, MOST, LONGEST = 20, 400, 64, 4000
NOTHING: Values = (UNKNOWN,)
KEEPING = frozenset({"list", "tuple", "sorted", "set"})
DATASETS = frozenset({"Dataset", "Asset", "DatasetAlias", "AssetAlias"})
PATHS = frozenset({"Path", "PurePath", "PosixPath", "str", "abspath", "realpath", "normpath", "expanduser"})


class Elsewhere(Protocol):
    """Finds what the names of other files are worth."""

    def name_of(self, env: Env, dotted: str, depth: int) -> Values:
        """Of a dotted name that is imported."""

    def base_of(self, env: Env) -> Env | None:
        """The first base of a class, as an environment of its own."""


class Evaluator:
    """Answers with all that the value may be, and with `UNKNOWN` among them when that is not all."""

    def __init__(self, elsewhere: Elsewhere) -> None:
        self.elsewhere = elsewhere
        self.left = 0
        self.stored_now: set[int] = set()  # names that are being worked out: `rows = rows[0]` has no end

    def values(self, node: ast.expr | None, env: Env, depth: int = 0) -> Values:
        """The possible values of an expression."""
        if depth == 0:
            self.left = STEPS
        self.left -= 1
        rule = RULES.get(type(node))
        if rule is None or node is None or depth > DEPTH or self.left < 0:
            return NOTHING
        found = tuple(rule(self, node, env, depth + 1))
        unique = tuple({repr(value): value for value in found}.values())
        return unique if 0 < len(unique) <= MOST else NOTHING

    # ---- names
    def name(self, node: ast.Name, env: Env, depth: int) -> Values:
        """A name: a parameter, a local one, one of the module, or an imported one."""
        for around in env.chain():
            if around.unit.kind == "module":
                break
            found = self._local(node.id, around, depth)
            if found is not None:
                return found
        return self.of_module(node.id, env, depth)

    def _local(self, name: str, env: Env, depth: int) -> Values | None:
        if env.unit.kind == "class":
            return None
        stored = stores_in(env.unit).get(name)
        if name in parameters(env.unit):
            return NOTHING if stored else self.parameter(name, env, depth)
        return self.stored(stored, env, depth) if stored else None

    def parameter(self, name: str, env: Env, depth: int) -> Values:
        """What a parameter was given, or its default."""
        if name in env.given:
            return env.given[name]
        default = parameters(env.unit).get(name)
        return self.values(default, env.outer or env, depth) if default is not None else NOTHING

    def of_module(self, name: str, env: Env, depth: int) -> Values:
        """A name of the file."""
        if name == "__file__":
            return (Beside(env.path),)
        module = Env(env.path, env.facts, env.facts.module)
        if stored := env.facts.stores.get(name):
            return self.stored(stored, module, depth)
        if name in env.facts.aliases:
            return self.elsewhere.name_of(env, env.facts.aliases[name], depth)
        for star in env.facts.stars:
            found = self.elsewhere.name_of(env, f"{star}.{name}", depth)
            if found != NOTHING:
                return found
        return NOTHING

    def stored(self, stores: list[Store], env: Env, depth: int) -> Values:
        """All that a name is given at its places."""
        if id(stores) in self.stored_now:
            return NOTHING
        self.stored_now.add(id(stores))
        found: list[object] = []
        for node, way in stores:
            values = self.values(node, env, depth)
            found += values if way is None else _items(values, way)
        self.stored_now.discard(id(stores))
        return tuple(found)

    # ---- expressions
    def constant(self, node: ast.Constant, env: Env, depth: int) -> Values:
        """Itself."""
        return (node.value,)

    def joined(self, node: ast.JoinedStr, env: Env, depth: int) -> Values:
        """An f-string."""
        parts = [
            self.values(p.value if isinstance(p, ast.FormattedValue) else p, env, depth) for p in node.values
        ]
        plain = all(
            p.conversion == -1 and p.format_spec is None
            for p in node.values
            if isinstance(p, ast.FormattedValue)
        )
        return tuple(_combined(parts, _concatenated)) if plain else NOTHING

    def binary(self, node: ast.BinOp, env: Env, depth: int) -> Values:
        """`a + b`, `path / name`, `text % values`."""
        rule = OPERATORS.get(type(node.op))
        if rule is None:
            return NOTHING
        return tuple(
            _combined([self.values(node.left, env, depth), self.values(node.right, env, depth)], rule)
        )

    def either(self, node: ast.IfExp | ast.BoolOp, env: Env, depth: int) -> Values:
        """`a if x else b`, `a or b`."""
        parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else node.values
        return tuple(value for part in parts for value in self.values(part, env, depth) if value is not None)

    def sequence(self, node: ast.List | ast.Tuple | ast.Set, env: Env, depth: int) -> Values:
        """A display; an item with several values is not known."""
        return ([self._one(item, env, depth) for item in node.elts[:MOST]],)

    def dictionary(self, node: ast.Dict, env: Env, depth: int) -> Values:
        """A display with constant keys."""
        found: dict[object, object] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            name = self._one(key, env, depth) if key is not None else UNKNOWN
            if not isinstance(name, (str, int)):
                return NOTHING
            found[name] = self._one(value, env, depth)
        return (found,)

    def _one(self, node: ast.expr, env: Env, depth: int) -> object:
        found = self.values(node, env, depth)
        return found[0] if len(found) == 1 else UNKNOWN

    def subscript(self, node: ast.Subscript, env: Env, depth: int) -> Values:
        """`table["key"]`, `path.parents[1]`."""
        keys = self.values(node.slice, env, depth)
        if isinstance(node.value, ast.Attribute) and node.value.attr == "parents":
            owners = self.values(node.value.value, env, depth)
            return tuple(_combined([owners, keys], _above))
        return tuple(_combined([self.values(node.value, env, depth), keys], _item))

    def attribute(self, node: ast.Attribute, env: Env, depth: int) -> Values:
        """`self.x`, `module.NAME`, `Class.NAME`, `path.parent`."""
        if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
            for around in env.chain():
                if around.unit.kind == "class":
                    return self.of_class(node.attr, around, depth)
        if node.attr in ("parent", "name", "stem"):
            owners = self.values(node.value, env, depth)
            return tuple(_part(owner, node.attr) for owner in owners)
        dotted = env.facts.qualified(node)
        return NOTHING if dotted.startswith("?") else self.elsewhere.name_of(env, dotted, depth)

    def of_class(self, name: str, env: Env, depth: int) -> Values:
        """An attribute of an instance: as `__init__` sets it, as the class has it, or as a base does."""
        init = env.unit.names.get("__init__")
        if init and name in (set_ := attributes_of(env.unit)):
            inside = Env(env.path, env.facts, init, self._of_init(env, depth), env)
            return tuple(v for node in set_[name] for v in self.values(node, inside, depth))
        if stored := stores_in(env.unit).get(name):
            return self.stored(stored, env, depth)
        if name in env.given:
            return env.given[name]
        base = self.elsewhere.base_of(env) if depth < DEPTH else None
        return self.of_class(name, base, depth + 1) if base is not None else NOTHING

    def _of_init(self, env: Env, depth: int) -> dict[str, Values]:
        return {name: self.parameter(name, env, depth) for name in parameters(env.unit)}

    # ---- calls
    def call(self, node: ast.Call, env: Env, depth: int) -> Values:
        """Functions that make one path or text of others."""
        qualified = env.facts.qualified(node.func)
        name = qualified.rpartition(".")[2]
        if name in DATASETS and (given := argument(node, 1) or argument(node, 0, "uri", "name")):
            return tuple(Uri(v) if isinstance(v, str) else UNKNOWN for v in self.values(given, env, depth))
        if (name in PATHS or qualified.endswith("path.join")) and node.args:
            return tuple(_combined(self._all(node.args, env, depth), below))
        if name == "dirname" and len(node.args) == 1:
            return tuple(_part(value, "parent") for value in self.values(node.args[0], env, depth))
        if name in KEEPING and len(node.args) == 1:
            return self.values(node.args[0], env, depth)
        rule = METHODS.get(name) if isinstance(node.func, ast.Attribute) and not node.keywords else None
        if rule is None or not isinstance(node.func, ast.Attribute):
            return NOTHING
        parts = [self.values(node.func.value, env, depth), *self._all(node.args, env, depth)]
        return tuple(_combined(parts, rule))

    def _all(self, nodes: list[ast.expr], env: Env, depth: int) -> list[Values]:
        return [self.values(node, env, depth) for node in nodes]


METHODS: dict[str, Callable[..., object]] = {
    **dict.fromkeys(("resolve", "absolute", "expanduser", "as_posix", "strip"), lambda owner: owner),
    "lower": lambda owner: owner.lower() if isinstance(owner, str) else UNKNOWN,
    "upper": lambda owner: owner.upper() if isinstance(owner, str) else UNKNOWN,
    "joinpath": lambda *parts: below(*parts),
    "get": lambda owner, key, default=None: _item(owner, key),
    "format": lambda *parts: _formatted(*parts),
    **{name: lambda owner, name=name: _view(owner, name) for name in ("items", "keys", "values")},
}
OPERATORS: dict[type, Callable[..., object]] = {
    ast.Add: lambda *parts: _concatenated(*parts),
    ast.Div: lambda *parts: below(*parts),
    ast.Mod: lambda *parts: _percent(*parts),
}
RULES: dict[type, Callable[..., Iterable[object]]] = {
    ast.Constant: Evaluator.constant,
    ast.Name: Evaluator.name,
    ast.Attribute: Evaluator.attribute,
    ast.JoinedStr: Evaluator.joined,
    ast.BinOp: Evaluator.binary,
    ast.IfExp: Evaluator.either,
    ast.BoolOp: Evaluator.either,
    ast.List: Evaluator.sequence,
    ast.Tuple: Evaluator.sequence,
    ast.Set: Evaluator.sequence,
    ast.Dict: Evaluator.dictionary,
    ast.Subscript: Evaluator.subscript,
    ast.Call: Evaluator.call,
}


def _combined(parts: list[Values], make: Callable[..., object]) -> Iterator[object]:
    """Each choice of one value of each part."""
    for choice in itertools.islice(itertools.product(*parts), MOST + 1):
        if any(isinstance(value, Unknown) for value in choice):
            relative = any(isinstance(value, Beside) for value in choice)
            yield Beside("?") if relative else UNKNOWN
        else:
            try:
                yield make(*choice)
            except TypeError:  # a method with arguments that it does not have here
                yield UNKNOWN


def _concatenated(*parts: object) -> object:
    plain = [p for p in parts if isinstance(p, (str, int)) and not isinstance(p, bool)]
    if len(plain) != len(parts):
        first, *rest = parts
        if isinstance(first, Beside) and all(isinstance(p, str) for p in rest):
            return below(first, "".join(map(str, rest)).lstrip("/")) if rest else first
        return UNKNOWN
    if not any(isinstance(p, str) for p in parts):
        return UNKNOWN
    text = "".join(map(str, plain))
    return text if len(text) <= LONGEST else UNKNOWN


def below(first: object, *parts: object) -> object:
    """A path and what is joined to it."""
    if not all(isinstance(p, str) for p in parts) or not isinstance(first, (str, Beside)):
        return UNKNOWN
    texts = [p for p in parts if isinstance(p, str)]
    if isinstance(first, str):
        return posixpath.join(first, *texts)
    if first.path == "?" or any(t.startswith("/") for t in texts):
        return UNKNOWN
    path = posixpath.normpath(posixpath.join(first.path, *texts))
    return UNKNOWN if path.startswith("..") else Beside("" if path == "." else path)


def _part(value: object, name: str) -> object:
    path = value.path if isinstance(value, Beside) else value
    if not isinstance(path, str) or path == "?":
        return UNKNOWN
    if name == "parent":
        above = posixpath.dirname(path)
        return UNKNOWN if not path else Beside(above) if isinstance(value, Beside) else above
    last = posixpath.basename(path)
    return last if name == "name" else posixpath.splitext(last)[0]


def _above(value: object, steps: object) -> object:
    for _ in range(min(steps, DEPTH) + 1 if isinstance(steps, int) and steps >= 0 else 0):
        value = _part(value, "parent")
    return value


def _item(owner: object, key: object) -> object:
    if isinstance(owner, dict) and isinstance(key, (str, int)):
        return owner.get(key, UNKNOWN)
    if isinstance(owner, list) and isinstance(key, int) and -len(owner) <= key < len(owner):
        return owner[key]
    return UNKNOWN


def _items(values: Values, way: tuple[int, ...]) -> Iterator[object]:
    """What a loop over the values gives, and of each item the part at the end of the way."""
    for value in values:
        if not isinstance(value, (list, dict)) or not value:
            yield UNKNOWN
            continue
        for item in value:
            for step in way:
                item = _item(item, step)
            yield item


def _view(owner: object, method: str) -> object:
    if not isinstance(owner, dict):
        return UNKNOWN
    return [list(p) for p in owner.items()] if method == "items" else list(getattr(owner, method)())


def _percent(text: object, values: object) -> object:
    if not isinstance(text, str) or not isinstance(values, (str, list)) or len(text) > LONGEST:
        return UNKNOWN
    given = values if isinstance(values, list) else [values]
    pieces = text.split("%s")
    if len(pieces) != len(given) + 1 or "%" in "".join(pieces) or not all(isinstance(v, str) for v in given):
        return UNKNOWN
    return _concatenated(*itertools.chain.from_iterable(zip(pieces, [*given, ""], strict=True)))


def _formatted(text: object, *values: object) -> object:
    if not isinstance(text, str) or text.count("{}") != len(values) or text.count("{") != len(values):
        return UNKNOWN
    return _concatenated(*itertools.chain.from_iterable(zip(text.split("{}"), [*values, ""], strict=True)))
