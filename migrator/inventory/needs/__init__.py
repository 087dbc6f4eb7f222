"""One file per kind of need, found by its name. Each may have, besides its docstring:

`WORDS`: one of these texts stands on each line of code that can hold such a need.
`in_code(node, name)`: the needs of a call, a subscript or a comparison; `name` is what is called, as imported.
`in_argument(task, name, value)`: the needs of one value that a task gets, with the name that it gets it under.
`in_dag(dag, sources)`: the needs of a DAG as a whole.
`in_template(reference)`: the needs of one expression of a template.
"""

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from types import ModuleType

from migrator.inventory.jinja import parse
from migrator.inventory.model import Need, Unnamed
from migrator.record import dataclass
from migrator.scan.evaluator.outside import HARMLESS


@dataclass(frozen=True, eq=False)
class Asked:
    """A need in code: `node` is the expression of its name, which is worked out later.

    `code` is the finding when that fails; without one, such a need is none.
    """

    kind: str
    node: ast.expr
    code: str | None
    message: str = ""


Rule = Callable[..., Iterator[Need | Unnamed]]
CodeRule = Callable[[ast.AST, str], Iterator[Asked]]


@cache
def kinds() -> list[ModuleType]:
    """All kinds, by file name."""
    return [
        importlib.import_module(f"{__name__}.{name}")
        for name in sorted(m.name for m in pkgutil.iter_modules(__path__))
    ]


@cache
def rules(name: str) -> list[Rule]:
    """The functions of that name of all kinds that have one."""
    return [getattr(kind, name) for kind in kinds() if hasattr(kind, name)]


@cache
def code_rules() -> list[CodeRule]:
    """What is asked of code."""
    return [kind.in_code for kind in kinds() if hasattr(kind, "in_code")]


@cache
def words() -> frozenset[str]:
    """What code with a need in it holds."""
    return frozenset(word for kind in kinds() for word in getattr(kind, "WORDS", ()))


def argument(call: ast.Call, position: int | None, *names: str) -> ast.expr | None:
    """The argument of a call, by name or position. Stars are not followed."""
    for keyword in call.keywords:
        if keyword.arg in names:
            return keyword.value
    if position is None or len(call.args) <= position:
        return None
    before = call.args[: position + 1]
    return None if any(isinstance(a, ast.Starred) for a in before) else call.args[position]


def in_text(node: ast.Constant, kind: str, rule: Rule) -> Iterator[Asked]:
    """What the templates of a text in code need, by the rule for templates."""
    for reference in parse(str(node.value)).references:
        for need in rule(reference):
            if isinstance(need, Need):
                yield Asked(kind, ast.copy_location(ast.Constant(need.name), node), None)


def foreign(name: str) -> bool:
    """Whether a dotted name belongs to a well-known package other than Airflow."""
    root = name.partition(".")[0]
    return root != "airflow" and root in HARMLESS


def literal(node: ast.expr) -> Iterator[str]:
    """The text of a constant."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
