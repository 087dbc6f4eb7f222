"""Where code makes a hook that a resource stands for: which connection it is of, and what is done with it."""

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache

from migrator.convert.asked import module_functions
from migrator.convert.hook_classes import HookClass, hook_classes
from migrator.convert.problem import Problem
from migrator.convert.source import Source
from migrator.record import dataclass
from migrator.scan.tree import children, walk

DEPTH = 5  # helpers that hand a hook on


@dataclass(frozen=True)
class Used:
    """A call that makes a hook. `conn_id` is known, or else `text` is what works it out."""

    kind: HookClass
    conn_id: str | None
    text: str


def hook_made(source: Source, node: ast.AST) -> Used | Problem | None:
    """What is to know of a call; a problem where no resource can stand for the hook; None for all other code."""
    kind = hook_classes().get(source.qualified(node.func) or "") if isinstance(node, ast.Call) else None
    if kind is None or not isinstance(node, ast.Call):
        return None
    name = (source.qualified(node.func) or "").rpartition(".")[2]
    others = [k.arg or "**" for k in node.keywords if k.arg != kind.argument]
    starred = any(isinstance(a, ast.Starred) for a in node.args)
    if others or starred or len(node.args) > 1:
        what = f"`{others[0]}`" if others else "more than its connection"
        return Problem("EN052", f"`{name}` is given {what}, which its resource does not have", node.lineno)
    for use, at in _Uses(source).of(node, DEPTH):
        if use is None:
            return Problem("EN051", f"`{name}` is used where its methods are not seen", at.lineno)
        if use not in kind.methods:
            return Problem("EN051", f"`{name}.{use}` has no form in a resource", at.lineno)
    given = [*node.args, *(k.value for k in node.keywords)]
    if not given:
        return Used(kind, kind.usual, repr(kind.usual))
    return Used(kind, _constant(source, given[0]), source.segment(given[0]))


def _constant(source: Source, node: ast.expr) -> str | None:
    """A text, by way of a name that the module gives one to as well."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) and node.value else None
    setters = source.setters.get(node.id, []) if isinstance(node, ast.Name) else []
    only = setters[0] if len(setters) == 1 else None
    if isinstance(only, ast.Assign) and only in source.tree.body and len(only.targets) == 1:
        return _constant(source, only.value) if isinstance(only.value, ast.Constant) else None
    return None


class _Uses:
    """Follows a value through local names, helper functions that get it, and helpers that return it."""

    def __init__(self, source: Source) -> None:
        self.source, self.parents = source, _parents(source)
        self.followed: set[tuple[int, str]] = set()  # names, with the function that each is of

    def of(self, node: ast.expr, depth: int) -> Iterator[tuple[str | None, ast.expr]]:
        """The attributes that are asked for; None for a use that is something else."""
        above = self.parents.get(id(node))
        if isinstance(above, ast.Attribute) and isinstance(above.ctx, ast.Load):
            yield above.attr, node
        elif isinstance(above, ast.Assign) and depth and isinstance(above.targets[0], ast.Name):
            yield from self._local(above, node, depth)
        elif isinstance(above, (ast.BoolOp, ast.IfExp)) and depth:  # `hook or PostgresHook("shop")`
            yield from self.of(above, depth - 1)
        elif isinstance(above, ast.Return) and depth:
            yield from self._returned(above, node, depth)
        elif isinstance(above, (ast.Call, ast.keyword)) and depth:
            yield from self._handed_on(above, node, depth)
        elif not (isinstance(above, ast.Expr) or (isinstance(above, ast.Compare) and _asks_for_none(above))):
            yield None, node

    def _local(self, above: ast.Assign, node: ast.expr, depth: int) -> Iterator[tuple[str | None, ast.expr]]:
        """A name of a function: one of the module would be set before there is any run."""
        function, target = self._function(above), above.targets[0]
        assert isinstance(target, ast.Name)
        if function is None or len(above.targets) > 1:
            yield None, node
        else:
            yield from self._named(function, target.id, depth)

    def _named(self, function: ast.AST, name: str, depth: int) -> Iterator[tuple[str | None, ast.expr]]:
        if (id(function), name) in self.followed:
            return
        self.followed.add((id(function), name))
        for one in walk(function):
            if isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Load):
                yield from self.of(one, depth - 1)
            elif isinstance(one, (ast.Global, ast.Nonlocal)) and name in one.names:
                yield None, ast.Name(name, ast.Load(), lineno=one.lineno)

    def _returned(self, above: ast.AST, node: ast.expr, depth: int) -> Iterator[tuple[str | None, ast.expr]]:
        """By a function of the module, wherever that is called."""
        function = self._function(above)
        plain = isinstance(function, ast.FunctionDef) and not function.decorator_list
        if not plain or module_functions(self.source).get(function.name) is not function:  # type: ignore[union-attr]
            yield None, node
            return
        for one in walk(self.source.tree):
            if isinstance(one, ast.Name) and one.id == function.name:  # type: ignore[union-attr]  # plain
                call = self.parents.get(id(one))
                if isinstance(call, ast.Call) and call.func is one:
                    yield from self.of(call, depth - 1)
                else:
                    yield None, one

    def _handed_on(self, above: ast.AST, node: ast.expr, depth: int) -> Iterator[tuple[str | None, ast.expr]]:
        """To a function of the module."""
        call = self.parents.get(id(above)) if isinstance(above, ast.keyword) else above
        name = call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""
        helper = module_functions(self.source).get(name)
        parameter: str | None = None
        if helper is not None and not helper.decorator_list and isinstance(call, ast.Call):
            names = [p.arg for p in [*helper.args.posonlyargs, *helper.args.args]]
            if isinstance(above, ast.keyword):
                parameter = above.arg
            elif node in call.args and call.args.index(node) < len(names):
                parameter = names[call.args.index(node)]
        if helper is None or parameter is None or any(isinstance(a, ast.Starred) for a in call.args):  # type: ignore[union-attr]
            yield None, node
        else:
            yield from self._named(helper, parameter, depth)

    def _function(self, node: ast.AST) -> ast.AST | None:
        """The innermost function around a statement."""
        above: ast.AST | None = node
        while above is not None and not isinstance(above, (ast.FunctionDef, ast.AsyncFunctionDef)):
            above = self.parents.get(id(above))
        return above


def _asks_for_none(node: ast.Compare) -> bool:
    """`hook is None`."""
    return all(isinstance(one, (ast.Is, ast.IsNot)) for one in node.ops)


@lru_cache(maxsize=4)
def _parents(source: Source) -> Mapping[int, ast.AST]:
    return {id(child): node for node in walk(source.tree) for child in children(node)}
