"""Resources of steps: what stands for a hook, in the step itself and in the functions that it calls."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.convert.context import Expression
from migrator.convert.hook_classes import HookClass
from migrator.convert.hooks_used import Used, hook_made
from migrator.convert.naming import variable
from migrator.convert.problem import Problem
from migrator.convert.source import Source
from migrator.record import dataclass
from migrator.scan.tree import walk

if TYPE_CHECKING:
    from migrator.convert.decide import FileDecision
    from migrator.convert.scope import Scope
    from migrator.convert.step import Step

IMPORT = "from ..resources import RESOURCES"
FILE = "resources.py"


@dataclass(frozen=True)
class Resource:
    """A resource that a step is given, by the name of its connection."""

    name: str
    conn_id: str
    kind: HookClass

    @property
    def parameter(self) -> str:
        """Of the step's function."""
        return f"{self.name}: {self.kind.resource}"


def environment_name(conn_id: str) -> str:
    """Where Airflow looks for a connection in the environment."""
    return f"AIRFLOW_CONN_{conn_id.upper()}"


def given(scope: "Scope", kind: HookClass, conn_id: str, *, instead_of: str = "") -> str | None:
    """The parameter of the step for a connection. `instead_of`: a name of the function that goes."""
    name = variable(conn_id)
    known = next((one for one in scope.body.resources if one.conn_id == conn_id), None)
    if known and known.kind is kind:
        return known.name
    clash = name in scope.taken and name != instead_of
    if known or clash or any(one.name == name for one in scope.body.inputs):
        text = f"`{name}` is another thing here, and the resource of that connection is called so"
        return scope.refuse("EN055", text)
    scope.taken.add(name)
    scope.body.resources.append(Resource(name, conn_id, kind))
    scope.body.imports |= {kind.line, IMPORT}
    scope.body.variables.add(environment_name(conn_id))
    scope.note("EN053", f"the connection {conn_id!r} is the resource `{name}`")
    return name


def by_name(source: Source, node: ast.AST) -> Expression | None:
    """What stands for a hook where no step gives a resource."""
    used = hook_made(source, node)
    if not isinstance(used, Used):
        return None
    kind = used.kind
    line = f"from ..runtime.{kind.module} import {kind.by_name}"
    return Expression(f"{kind.by_name}({used.text})", imports=(line,))


def found_by_name(source: Source, node: ast.expr) -> str:
    """What to say of a hook that no step gives a resource for."""
    return f"`{source.segment(node)}` is found by name, and cannot be swapped in a test"


def of_helpers(source: Source, statements: Iterable[ast.stmt]) -> Iterator[Problem]:
    """What to know of hooks that are made outside of a step."""
    for statement in statements:
        for node in walk(statement):
            if isinstance(node, ast.Call) and isinstance(hook_made(source, node), Used):
                yield Problem("EN054", found_by_name(source, node), node.lineno)


def of_step(step: "Step") -> list[str]:
    """The parameters of its function."""
    return [] if step.bridged else [one.parameter for one in step.body.resources]


def argument(steps: Iterable["Step"]) -> str | None:
    """What the definitions of these steps are given as `resources`."""
    found = list(steps)
    names = ["AIRFLOW"] if any(s.bridged for s in found) else []
    names += ["RESOURCES"] if any(of_step(s) for s in found) else []
    names += ["IO_MANAGERS"] if any(s.io for s in found) else []
    if len(names) < 2:
        return f"resources={names[0]}" if names else None
    return "resources={" + ", ".join(f"**{name}" for name in names) + "}"


def files(decided: Iterable["FileDecision"]) -> Mapping[str, str]:
    """The module of all resources of a project, where it has any."""
    steps = [s for f in decided for d in f.dags if d.level != "lift" for s in d.steps if not s.bridged]
    found = {one.name: one for s in steps for one in s.body.resources}
    if not found:
        return {}
    rows = [
        f'    "{name}": {one.kind.resource}(connection=dg.EnvVar("{environment_name(one.conn_id)}")),'
        for name, one in sorted(found.items())
    ]
    imports = sorted({one.kind.line.replace("from ..", "from .") for one in found.values()})
    packages = sorted({package for one in found.values() for package in one.kind.packages})
    doc = DOC.format(packages=", ".join(f"`{package}`" for package in packages))
    return {
        FILE: "\n".join([doc, "", "import dagster as dg", "", *imports, "", "RESOURCES = {", *rows, "}", ""])
    }


DOC = '''"""The services that steps reach: one resource for each connection.

Each is configured with the text of its connection, from the variable that Airflow reads as well: a URI such as
`postgresql://login:password@host:5432/database`, or JSON with `conn_type`, `host`, `login`, `password`, `schema`,
`port` and `extra`. A test may give steps another resource under the same name.

It needs the packages {packages}.
"""'''
