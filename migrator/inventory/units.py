"""What a Python file consists of, for somebody who asks which of its code a DAG runs."""

import ast
from dataclasses import field

from migrator.inventory.needs import Asked
from migrator.record import dataclass

Function = ast.FunctionDef | ast.AsyncFunctionDef
# A place where a name gets a value: the expression, and for a loop the way into each of its items.
Store = tuple[ast.expr | None, tuple[int, ...] | None]


@dataclass(eq=False)
class Unit:
    """A piece of code that runs as one: a function, a class, the `with` block of a DAG, the rest of the file."""

    kind: str  # "module", "function", "class", "dag"
    name: str
    node: ast.AST | None
    parent: "Unit | None"
    lines: frozenset[int] = frozenset()  # where a DAG that it makes may be said to start
    is_task: bool = False  # decorated with `@task`: that it runs is known from the DAG
    names: dict[str, "Unit"] = field(default_factory=dict)  # functions and classes that it defines
    bases: list[ast.expr] = field(default_factory=list)
    asked: list["Use"] = field(default_factory=list)
    calls: list["Ref"] = field(default_factory=list)
    mentions: list["Ref"] = field(default_factory=list)
    # Worked out when somebody asks: the values of its names, its parameters, and the attributes of its instances.
    stores: dict[str, list[Store]] | None = None
    parameters: dict[str, ast.expr | None] | None = None
    attributes: dict[str, list[ast.expr]] | None = None

    @property
    def module(self) -> "Unit":
        """The unit of its file."""
        unit = self
        while unit.parent is not None:
            unit = unit.parent
        return unit


@dataclass(frozen=True, eq=False)
class Use:
    """A need, found in code, whose name is an expression."""

    asked: Asked
    line: int
    column: int


@dataclass(frozen=True, eq=False)
class Ref:
    """A name of another unit, perhaps of another file, and the call where it is one."""

    dotted: str
    call: ast.Call | None = None


@dataclass(eq=False)
class Facts:
    """One Python file. It holds no reference to the tree itself, which decides how long it lives."""

    module: Unit
    cold: bool = False  # nothing in it can need anything, or use another file: only its imports were read
    asks: bool = False  # something in it needs something
    imports: list[str] = field(
        default_factory=list
    )  # dotted, relative ones with their dots; not of Airflow itself
    packages: set[str] = field(default_factory=set)  # Airflow's providers among them
    aliases: dict[str, str] = field(default_factory=dict)  # local name → what it stands for
    stars: list[str] = field(default_factory=list)
    stores: dict[str, list[Store]] = field(default_factory=dict)  # the names of the module
    globals_: dict[str, list[Ref]] = field(default_factory=dict)  # what the value of a module's name mentions
    functions: dict[int, Unit] = field(default_factory=dict)  # by line
    dags: list[Unit] = field(default_factory=list)  # units that make a DAG each

    def qualified(self, node: ast.AST) -> str:
        """The dotted name of an expression, with imported names resolved; "?" stands for what is not a name."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        root = self.aliases.get(node.id, node.id) if isinstance(node, ast.Name) else "?"
        return ".".join([root, *reversed(parts)])
