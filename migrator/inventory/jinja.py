"""What the expressions of a Jinja text refer to; parsed by jinja2 itself, in the form that Airflow uses."""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from migrator.record import dataclass
from migrator.scan.evaluator import bounds

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

MARKS = ("{{", "{%")
# Names that Jinja itself brings.
JINJAS = frozenset(
    {"range", "dict", "lipsum", "cycler", "joiner", "namespace", "loop", "self", "caller", "super"}
)
GETTERS = frozenset({"get"})


@dataclass(frozen=True)
class Reference:
    """A name of the context with the steps taken from it: `var.value.x` is `var` with `value`, `x`.

    A step is None where it is worked out by the template itself. A call is the step "()" before its first arguments.
    """

    root: str
    steps: tuple[str | None, ...] = ()

    def named(self, after: int) -> str | None:
        """The name behind that many steps, as an attribute, an item, or the argument of `get`."""
        rest = self.steps[after:]
        if len(rest) > 1 and rest[0] in GETTERS and rest[1] == "()":
            rest = rest[2:]
        return rest[0] if rest and rest[0] != "()" else None


@dataclass(frozen=True)
class Parsed:
    """The references of a text in order, or what is wrong with it."""

    references: tuple[Reference, ...] = ()
    problem: str | None = None


def is_template(text: str) -> bool:
    """Whether there is something in it for Jinja to do."""
    return "{" in text and any(mark in text for mark in MARKS)


@lru_cache(maxsize=2048)
def parse(text: str) -> Parsed:
    """Reads a template; nothing is rendered."""
    from jinja2 import TemplateSyntaxError, nodes

    if bounds.is_large_template(text):
        return Parsed(problem=f"more than {bounds.EXPRESSIONS} expressions")
    try:
        tree = _environment().parse(text)
        assigned = JINJAS | {n.name for n in tree.find_all(nodes.Name) if n.ctx != "load"}
        found = tuple(r for r in _references(tree) if r.root not in assigned)
    except TemplateSyntaxError as error:
        return Parsed(problem=error.message)
    except RecursionError:
        return Parsed(problem="nested too deeply")
    return Parsed(found)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment

    return Environment(extensions=["jinja2.ext.do"])


def _references(node: "nodes.Node") -> Iterator[Reference]:
    """Those of a node and of all below it, in the order of the text."""
    from jinja2 import nodes

    steps: list[str | None] = []
    inside: list[nodes.Node] = []
    while isinstance(node, (nodes.Getattr, nodes.Getitem, nodes.Call)):
        if isinstance(node, nodes.Call):
            given = [*node.args, *(k.value for k in node.kwargs)]
            inside = [*given, *inside]
            first = [_constant(argument) for argument in given[:1]]
            steps = ["()", *first, *steps]
        elif isinstance(node, nodes.Getitem):
            inside = [node.arg, *inside]
            steps = [_constant(node.arg), *steps]
        else:
            steps = [node.attr, *steps]
        node = node.node
    if isinstance(node, nodes.Name):
        yield Reference(node.name, tuple(steps))
        below = inside
    else:
        below = [*node.iter_child_nodes(), *inside]
    for inner in below:
        yield from _references(inner)


def _constant(node: "nodes.Node") -> str | None:
    from jinja2 import nodes

    return str(node.value) if isinstance(node, nodes.Const) else None
