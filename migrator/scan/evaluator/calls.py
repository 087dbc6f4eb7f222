"""Call expressions: arguments with their places, then whatever is called."""

import ast

from migrator.scan.evaluator.expressions import site, spread
from migrator.scan.evaluator.interpreter import Interpreter, expression
from migrator.scan.evaluator.values import Call, Opaque, Scope


@expression(ast.Call)
def call_(run: Interpreter, node: ast.Call, scope: Scope) -> object:
    if isinstance(node.func, ast.Name) and node.func.id in ("super", "globals", "locals", "vars"):
        special = _special(run, node, scope)
        if special is not None:
            return special
    function = run.evaluate(node.func, scope)
    return run.call(function, arguments(run, node, scope))


def arguments(run: Interpreter, node: ast.Call, scope: Scope) -> Call:
    """The evaluated arguments of a call."""
    kwargs: dict[str, object] = {}
    nodes: dict[str, ast.expr] = {}
    args = spread(run, node.args, scope) if node.args else []
    call = Call(args, kwargs, site(scope, node), None, nodes)
    if args and any(isinstance(a, Opaque) and a.rest for a in args):
        call.unknown = "positional arguments are unpacked from something that is not known"
    for keyword in node.keywords:
        value = run.evaluate(keyword.value, scope)
        if keyword.arg is not None:
            kwargs[keyword.arg] = value
            nodes[keyword.arg] = keyword.value
        else:
            _unpack(call, value)
    return call


def _unpack(call: Call, value: object) -> None:
    if not isinstance(value, dict):
        call.unknown = "keyword arguments are unpacked from something that is not known"
        return
    for key, item in value.items():
        if isinstance(key, str):
            call.kwargs[key] = item
        elif isinstance(key, Opaque):
            call.unknown = "keyword arguments are unpacked from something that is not known"


def _special(run: Interpreter, node: ast.Call, scope: Scope) -> object | None:
    """The calls that look at where they stand."""
    from migrator.scan.evaluator.classes import Super
    from migrator.scan.evaluator.statements import Namespace

    assert isinstance(node.func, ast.Name)
    name = node.func.id
    if name == "globals" or (
        name in ("locals", "vars") and not node.args and scope.names is scope.module.names
    ):
        return Namespace(scope.module)
    if name == "super":
        owner = next((s.names["__class__"] for s in scope.chain() if "__class__" in s.names), None)
        first = next(iter(run.frames[-1].scope.names.values()), None) if run.frames else None
        instance = run.frames[-1].scope.names.get("self", first) if run.frames else None
        return Super(owner, instance)
    if name == "locals":
        return dict(scope.names)
    return None
