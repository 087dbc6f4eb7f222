"""What a function means by names that are set around it: in another function, or in a loop of its module."""

import ast
from collections.abc import Iterable, Iterator

from migrator.scan.evaluator.values import Scope, UserFunction
from migrator.scan.source import Source
from migrator.scan.tree import on_node, walk, walk_outside

BLOCKS = (ast.For, ast.While, ast.If, ast.Try, ast.With)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
BINDING = frozenset({*DEFINITIONS, ast.arg, ast.alias})
TARGETS = frozenset({"target", "targets", "optional_vars", "name"})  # fields; a `name` may be a mere text
INSIDE = frozenset(
    {"body", "orelse", "finalbody", "handlers", "cases", "items"}
)  # what has targets of its own
INNER = (*DEFINITIONS, ast.Lambda, ast.comprehension)


def closure_of(function: UserFunction) -> Iterator[tuple[str, object]]:
    """Names and values, as they are once the file was read: a function sees what a loop left behind. Defaults too."""
    for parameter, default in function.defaults.items():
        if parameter in _worked_out(function.node):
            yield parameter, default
    inner = function.scope.parent is not None
    in_blocks = set_in_blocks(function.source)
    if not inner and not in_blocks:
        return
    for name in free_names(function.node):
        home = _home(function.scope, name)
        if home is not None and (home.parent is not None or name in in_blocks):
            yield name, home.names[name]


@on_node
def _worked_out(node: ast.AST) -> frozenset[str]:
    """The parameters with a default that is no plain constant: it counts what its names mean at the `def`."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return frozenset()
    positional = [*node.args.posonlyargs, *node.args.args]
    pairs = [
        *zip(reversed(positional), reversed(node.args.defaults), strict=False),
        *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True),
    ]
    return frozenset(
        p.arg for p, d in pairs if d is not None and any(isinstance(n, ast.Name) for n in walk(d))
    )


def _home(scope: Scope, name: str) -> Scope | None:
    return next((one for one in scope.chain() if name in one.names), None)


@on_node
def free_names(node: ast.AST) -> tuple[str, ...]:
    """The names that a function reads and does not set, sorted; its decorators and defaults are not its own."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return ()
    bound = {n.arg for n in walk(node.args) if isinstance(n, ast.arg)}
    read: set[str] = set()
    parts = node.body if isinstance(node.body, list) else [node.body]
    for inner in (inner for part in parts for inner in walk(part)):
        if inner.__class__ is ast.Name:
            (bound if isinstance(inner.ctx, ast.Store) else read).add(inner.id)
        elif inner.__class__ in BINDING:  # few are
            bound.add(_bound_by(inner))
    return tuple(sorted(read - bound))


def _bound_by(node: ast.AST) -> str:
    if isinstance(node, ast.alias):
        return node.asname or node.name.partition(".")[0]
    name: str = node.arg if isinstance(node, ast.arg) else getattr(node, "name", "")
    return name


def set_in_blocks(source: Source) -> frozenset[str]:
    """The names that a module sets inside of its loops and other blocks."""
    if source.tree is None:
        return frozenset()
    return _set_anywhere(source.tree) if ":=" in (source.text or "") else _set_by_statements(source.tree)


@on_node
def _set_anywhere(tree: ast.Module) -> frozenset[str]:
    blocks = [part for part in tree.body if isinstance(part, BLOCKS)]
    return frozenset(_stored(walk_outside(blocks, INNER)))


@on_node
def _set_by_statements(tree: ast.Module) -> frozenset[str]:
    """The same much faster: no expression sets a name."""
    waiting: list[ast.AST] = [part for part in tree.body if isinstance(part, BLOCKS)]
    targets: list[ast.AST] = []
    for part in waiting:  # it grows meanwhile
        if isinstance(part, DEFINITIONS):
            continue
        for name, value in vars(part).items():
            if name in TARGETS:
                targets += value if isinstance(value, list) else [value]
            elif name in INSIDE:
                waiting += value
    return frozenset(_stored(inner for one in targets if isinstance(one, ast.AST) for inner in walk(one)))


def _stored(nodes: Iterable[ast.AST]) -> Iterator[str]:
    return (n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
