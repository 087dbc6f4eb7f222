"""What the constructors of a user's operator do with their arguments: which they keep, which Airflow's base gets.

A value that Airflow renders is rendered after the constructors have run; a step renders it before. Both are the same
where the constructors only keep it.
"""

import ast
import re
from collections.abc import Mapping
from dataclasses import field
from functools import cached_property, lru_cache

from migrator.convert.arguments import BLOCKING, CARRIED, LOST, NEUTRAL
from migrator.convert.bases import NO_OPS
from migrator.convert.own_class import Link, Method, OwnClass, is_own, own_name, stores
from migrator.convert.source import defaults
from migrator.record import dataclass
from migrator.scan.tree import children, on_node, walk

JINJA = re.compile(r"\{\{|\{%|\{#")
# Arguments of every operator.
OF_BASE = frozenset({*CARRIED, *LOST, *BLOCKING, *NEUTRAL, "executor", "start_from_trigger"})
KNOWN = frozenset(
    {"task_id", "retries", "retry_delay", "trigger_rule", "pool"}
)  # the model has them as they are in the end
OF_SENSORS = frozenset(
    (
        "poke_interval",
        "timeout",
        "mode",
        "soft_fail",
        "exponential_backoff",
        "max_wait",
        "silent_fail",
        "never_fail",
    )
)


class Unfit(Exception):
    """Why a class cannot be used without Airflow."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass
class Uses:
    """What becomes of one argument. `or_else`: an empty value is another one. `others`: lines of other uses."""

    attributes: set[str] = field(default_factory=set)  # that hold it as it is
    or_else: bool = False
    others: list[int] = field(default_factory=list)
    to_base: set[str] = field(default_factory=set)  # the names under which Airflow's base gets it


class Inits:
    """The constructors of a class, the first one first."""

    def __init__(self, of: OwnClass) -> None:
        self.of = of
        self._uses: dict[str, Uses] = {}
        self.levels = [(link, link.methods["__init__"]) for link in of.links if "__init__" in link.methods]
        for link, init in self.levels:
            self._check(link, init)

    def _check(self, link: Link, init: Method) -> None:
        worn = [d for d in init.decorator_list if link.source.qualified(d) not in NO_OPS]
        if worn:
            raise Unfit("OP067", f"its __init__ has the decorator `{ast.unparse(worn[0])}`")
        call = handed_on(init)
        if call is None:
            raise Unfit("OP067", f"{link.node.name}.__init__ does not call the one of its base once")
        self._check_rest(link, init, call)

    @cached_property
    def given(self) -> frozenset[str]:
        """The names of arguments that they give to the constructors above them."""
        calls = [handed_on(init) for _, init in self.levels]
        return frozenset({k.arg for call in calls for k in (call.keywords if call else ()) if k.arg})

    @cached_property
    def sets(self) -> frozenset[str]:
        """Arguments of Airflow's base that get a value of the class's own, as far as the model does not tell."""
        found: set[str] = set()
        for at, (_, init) in enumerate(self.levels, 1):
            call, own = handed_on(init), defaults(init)
            for keyword in call.keywords if call else ():
                given = keyword.value.id if isinstance(keyword.value, ast.Name) else ""
                if keyword.arg and (given not in _parameters(init) or given in own):
                    found |= {
                        name for level, name in self._places(keyword.arg, at) if level == len(self.levels)
                    }
        return frozenset(found & ((OF_BASE | OF_SENSORS) - KNOWN))

    def _check_rest(self, link: Link, init: Method, call: ast.Call) -> None:
        """`**kwargs` may be handed on, and arguments taken out of it by their names."""
        rest = init.args.kwarg
        if rest is None:
            return
        above = _parents(init)
        for node in walk(init):
            if not (isinstance(node, ast.Name) and node.id == rest.arg):
                continue
            parent = above.get(id(node))
            passed = isinstance(parent, ast.keyword) and parent.arg is None and parent in call.keywords
            if not passed and _taken_out(node, above) is None and _put_in(node, above) not in KNOWN:
                text = f"{link.node.name}.__init__ changes or reads its **{rest.arg} (line {node.lineno})"
                raise Unfit("OP069", text)

    @cached_property
    def names(self) -> set[str]:
        """The arguments that one of them has for itself."""
        found = {n for link, init in self.levels for n in _parameters(init)}
        for _, init in self.levels:
            above = _parents(init)
            rest = init.args.kwarg.arg if init.args.kwarg else ""
            named = (n for n in walk(init) if isinstance(n, ast.Name) and n.id == rest)
            found |= {name for n in named if (name := _taken_out(n, above))}
        return found

    def takes(self, name: str) -> bool:
        """Whether a call may give it an argument of that name that does not only go to Airflow's base."""
        if name not in self.names:
            return False
        uses = self.uses(name)
        if name in OF_BASE | OF_SENSORS:
            return bool(uses.attributes or uses.others) or self.required(name)
        return True

    def required(self, name: str) -> bool:
        """Whether the first constructor that has it has no default for it."""
        for level, place in self._places(name, 0):
            if level < len(self.levels):
                return place not in defaults(self.levels[level][1])
        return False

    def default(self, name: str) -> tuple[Link, ast.expr] | None:
        """The default of an argument where it is first named."""
        for level, place in self._places(name, 0):
            if level < len(self.levels):
                link, init = self.levels[level]
                found = defaults(init).get(place)
                return (link, found) if found is not None else None
        return None

    def hands_on(self, name: str) -> bool:
        """Whether an argument of that name gets to Airflow's base."""
        return (len(self.levels), name) in self._places(name, 0)

    def _places(self, name: str, level: int) -> list[tuple[int, str]]:
        """Where an argument is, as it is: in which constructor, under which name; the last one is Airflow's."""
        if level == len(self.levels):
            return [(level, name)]
        _, init = self.levels[level]
        call = handed_on(init)
        assert call is not None  # as _check has it
        if name in _parameters(init):
            up = [k.arg for k in call.keywords if k.arg and _is_name(k.value, name)]
            return [(level, name), *(p for n in up for p in self._places(n, level + 1))]
        if any(k.arg == name for k in call.keywords) or not any(k.arg is None for k in call.keywords):
            return []
        return self._places(name, level + 1)

    def uses(self, name: str) -> Uses:
        """All that is done with an argument."""
        if name not in self._uses:
            self._uses[name] = self._used(name)
        return self._uses[name]

    def _used(self, name: str) -> Uses:
        found = Uses()
        for level, place in self._places(name, 0):
            if level == len(self.levels):
                found.to_base.add(place)
            else:
                _look(self.levels[level][1], place, found)
        if not any(level < len(self.levels) for level, _ in self._places(name, 0)) and name in self.names:
            found.others.append(0)  # taken out of **kwargs
        return found

    def made(self, attribute: str) -> list[tuple[Link, ast.expr | None]]:
        """The values that they set an attribute to; None for what is no plain assignment."""
        return [(link, value) for name, link, value in self._made if name == attribute]

    @cached_property
    def touched(self) -> frozenset[str]:
        """Attributes that they do more with than to set them, or that methods set which they may call."""
        inits = [init for _, init in self.levels]
        nodes = [(n, init) for init in inits for n in walk(init) if isinstance(n, ast.Attribute)]
        read = {n.attr for n, init in nodes if is_own(n, init) and isinstance(n.ctx, ast.Load)}
        if not read & {method.name for _, method in self.of.defined}:
            return frozenset(read)
        others = [method for _, method in self.of.defined if method not in inits]
        return frozenset(read | {name for method in others for name, _ in stores(method)})

    @cached_property
    def _made(self) -> list[tuple[str, Link, ast.expr | None]]:
        found: list[tuple[str, Link, ast.expr | None]] = []
        for link, init in self.levels:
            for node in walk(init):
                targets: list[ast.expr] = []
                if isinstance(node, (ast.AnnAssign, ast.AugAssign)):
                    targets = [node.target]
                targets = node.targets if isinstance(node, ast.Assign) else targets
                plain = not isinstance(node, ast.AugAssign)
                for target, value in _pairs(targets, node.value if plain and targets else None):  # type: ignore[attr-defined]  # has one
                    if name := _is_attribute(target, init):
                        found.append((name, link, value))
        return found


@lru_cache(maxsize=16)
def inits_of(of: OwnClass) -> Inits | Unfit:
    """Those of a class, or why they cannot be used: many tasks are made from one class."""
    try:
        return Inits(of)
    except Unfit as why:
        return why


def _look(init: Method, name: str, found: Uses) -> None:
    above = _parents(init)
    named = [n for n in walk(init) if isinstance(n, ast.Name) and n.id == name]
    again = any(isinstance(n.ctx, ast.Store) for n in named)  # it is another value then
    for node in named:
        parent = above.get(id(node))
        if isinstance(parent, ast.keyword) and above.get(id(parent)) is handed_on(init):
            continue
        if _is_test_for_none(parent):
            continue
        whole = _with_default(node, parent)
        found.or_else |= isinstance(whole, ast.BoolOp)
        kept = None if again else _kept_as(above.get(id(whole)), whole, init, above)
        if kept is None:
            found.others.append(node.lineno)
        else:
            found.attributes.add(kept)


def _with_default(node: ast.Name, parent: ast.AST | None) -> ast.expr:
    """`rows or []`, `rows if rows is not None else []`: the argument, or another value that is known."""
    if isinstance(parent, ast.BoolOp) and parent.values[0] is node and isinstance(parent.op, ast.Or):
        rest = parent.values[1:]
    elif isinstance(parent, ast.IfExp) and node is not parent.test and _is_test_for_none(parent.test):
        rest = [parent.orelse if parent.body is node else parent.body]
    else:
        return node
    return parent if all(is_known(one) for one in rest) else node


def is_known(node: ast.expr) -> bool:
    """A value that is written out, with nothing in it for Airflow to render."""
    parts = walk(node)
    texts = [p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)]
    worked_out = any(isinstance(p, (ast.Name, ast.Attribute, ast.Call, ast.JoinedStr)) for p in parts)
    return not worked_out and not any(JINJA.search(text) for text in texts)


def _kept_as(
    parent: ast.AST | None, value: ast.AST, init: Method, above: Mapping[int, ast.AST]
) -> str | None:
    """`self.table = table`, `self.table, self.day = table, day`."""
    whole = above.get(id(parent)) if isinstance(parent, ast.Tuple) else parent
    if isinstance(whole, ast.Assign) and len(whole.targets) == 1:
        pairs = _pairs(whole.targets, whole.value)
        return next((_is_attribute(target, init) for target, one in pairs if one is value), None)
    if isinstance(whole, ast.AnnAssign) and whole.value is value:
        return _is_attribute(whole.target, init)
    return None


def _pairs(targets: list[ast.expr], value: ast.expr | None) -> list[tuple[ast.expr, ast.expr | None]]:
    """Each target with its value, also in `a, b = 1, 2`."""
    found: list[tuple[ast.expr, ast.expr | None]] = []
    for target in targets:
        if not isinstance(target, (ast.Tuple, ast.List)):
            found.append((target, value))
        elif isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
            found += zip(target.elts, value.elts, strict=True)
        else:
            found += [(one, None) for one in target.elts]
    return found


def _is_attribute(target: ast.expr, init: Method) -> str | None:
    own = isinstance(target, ast.Attribute) and _is_name(target.value, own_name(init) or "")
    return target.attr if own else None  # type: ignore[attr-defined]  # an attribute


def _is_test_for_none(node: ast.AST | None) -> bool:
    return (
        isinstance(node, ast.Compare)
        and isinstance(node.left, ast.Name)
        and all(isinstance(op, (ast.Is, ast.IsNot)) for op in node.ops)
        and all(isinstance(c, ast.Constant) and c.value is None for c in node.comparators)
    )


@on_node
def handed_on(init: Method) -> ast.Call | None:
    """The one call of `super().__init__`, straight in the body."""
    found = [s.value for s in init.body if isinstance(s, ast.Expr) and is_super(s.value, "__init__")]
    every = [n for n in walk(init) if is_super(n, "__init__")]
    return found[0] if len(found) == 1 == len(every) else None  # type: ignore[return-value]  # a call


def is_super(node: ast.AST, method: str) -> bool:
    """`super().method(...)`."""
    func = node.func if isinstance(node, ast.Call) else None
    base = func.value if isinstance(func, ast.Attribute) and func.attr == method else None
    return isinstance(base, ast.Call) and _is_name(base.func, "super")


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _parameters(init: Method) -> list[str]:
    given = init.args
    return [a.arg for a in [*given.posonlyargs, *given.args, *given.kwonlyargs]][1:]


def _taken_out(node: ast.Name, above: dict[int, ast.AST]) -> str | None:
    """`kwargs.pop("table", None)`."""
    attribute = above.get(id(node))
    call = above.get(id(attribute))
    if not (
        isinstance(attribute, ast.Attribute)
        and attribute.attr in ("pop", "get")
        and isinstance(call, ast.Call)
    ):
        return None
    key = call.args[0] if call.args and call.func is attribute else None
    named = isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value not in OF_BASE
    return key.value if named else None  # type: ignore[union-attr]  # a text


def _put_in(node: ast.Name, above: dict[int, ast.AST]) -> str | None:
    """`kwargs["retries"] = 3`, `kwargs.setdefault("retries", 3)`."""
    parent = above.get(id(node))
    key: ast.expr | None = None
    if isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Store):
        key = parent.slice
    elif isinstance(parent, ast.Attribute) and parent.attr == "setdefault":
        call = above.get(id(parent))
        key = call.args[0] if isinstance(call, ast.Call) and call.args else None
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


@on_node
def _parents(method: Method) -> dict[int, ast.AST]:
    return {id(child): node for node in walk(method) for child in children(node)}
