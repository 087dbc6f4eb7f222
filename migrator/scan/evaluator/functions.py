"""The users' functions: definition with decorators, binding of arguments, and the reading of a call."""

import ast

from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.dressed import dress
from migrator.scan.evaluator.interpreter import Frame, Interpreter, Raised, Signal
from migrator.scan.evaluator.streams import Each, Generator, Managed
from migrator.scan.evaluator.values import Bound, Call, Opaque, Scope, Site, UserFunction
from migrator.scan.tree import children, on_node

Def = ast.FunctionDef | ast.AsyncFunctionDef


def define(run: Interpreter, node: Def, scope: Scope) -> object:
    """The value of a `def`, decorators applied from the innermost."""
    source = scope.module.source
    if scope.parent is not None:
        run.closed.append(scope.names)
    original = UserFunction(node.name, node, scope, source, defaults_of(run, node.args, scope))
    value: object = original
    for decorator in reversed(node.decorator_list):
        before = value
        value = decorate(run, run.evaluate(decorator, scope), before, Site(source, decorator))
        dress(value, original, before)
    return value


def decorate(run: Interpreter, decorator: object, value: object, at: Site) -> object:
    """One decorator's work. An unknown one may do anything with what it is given."""
    return run.call(decorator, Call([value], {}, at))


def defaults_of(run: Interpreter, arguments: ast.arguments, scope: Scope) -> dict[str, object]:
    """The default values, which Python works out at the `def`."""
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = list(
        zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True)
    )
    pairs += [
        (a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None
    ]
    return {a.arg: run.evaluate(d, scope) for a, d in pairs}


def parameters(node: Def | ast.Lambda) -> list[str]:
    """Names of the parameters that take one value each."""
    return [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]


def bind_arguments(run: Interpreter, function: UserFunction, call: Call) -> dict[str, object]:
    """Parameter names and their values; what is missing is unknown."""
    shape = function.node.args
    positional = [a.arg for a in (*shape.posonlyargs, *shape.args)]
    values: dict[str, object] = dict(function.defaults)
    if call.unknown:
        values = {name: run.opaque(call.unknown, call.site, wild=True) for name in parameters(function.node)}
    extra: list[object] = []
    for position, value in enumerate(call.args):
        if isinstance(value, Opaque) and value.rest:
            values.update({n: run.opaque(value.why, call.site) for n in positional[position:]})
            extra.append(value)
            break
        if position < len(positional):
            values[positional[position]] = value
        else:
            extra.append(value)
    if shape.vararg:
        values[shape.vararg.arg] = tuple(extra)
    named = set(parameters(function.node))
    values.update({k: v for k, v in call.kwargs.items() if k in named})
    if shape.kwarg:
        rest: dict[object, object] = {k: v for k, v in call.kwargs.items() if k not in named}
        if call.unknown:
            rest[Opaque(call.unknown, rest=True)] = None
        values[shape.kwarg.arg] = rest
    for name in named - values.keys():
        values[name] = run.opaque(f"argument {name} of {function.name} is not given", call.site, wild=True)
    return values


def invoke(run: Interpreter, function: UserFunction, call: Call) -> object:
    """A plain call: one text that may be read several times."""
    with run.repeating():
        return run_body(run, function, bind_arguments(run, function, call), call.site)


def run_body(run: Interpreter, function: UserFunction, values: dict[str, object], at: Site) -> object:
    """What the function returns for these values of its parameters."""
    _enter(run)
    scope = Scope(function.scope.module, values, function.scope)
    if isinstance(function.node, ast.Lambda):
        run.depth += 1
        try:
            return run.evaluate(function.node.body, scope)
        finally:
            run.depth -= 1
    if is_generator(function.node):
        made = Generator(run, function, values, at)
        return Managed(made) if function.manages else made
    return _run_block(run, function, scope, at, None)


def run_generator(
    run: Interpreter, function: UserFunction, values: dict[str, object], at: Site, give: Each
) -> object:
    """Runs the body of a function that yields; what it returns in the end."""
    _enter(run)
    with run.repeating():
        return _run_block(run, function, Scope(function.scope.module, values, function.scope), at, give)


def _enter(run: Interpreter) -> None:
    if run.depth >= bounds.CALLS:
        raise bounds.OutOfBudget(f"more than {bounds.CALLS} calls inside each other")
    run.spend(bounds.CALL)


def _run_block(run: Interpreter, function: UserFunction, scope: Scope, at: Site, give: Each | None) -> object:
    node = function.node
    assert not isinstance(node, ast.Lambda)
    if function.owner is not None:
        scope.names.setdefault("__class__", function.owner)
    frame, doubts = Frame(scope, give=give), len(run.doubts)
    frames = run.frames
    run.frames.append(frame)
    run.depth += 1
    try:
        signal = run.execute(node.body, scope)
    finally:
        run.depth -= 1
        run.frames = frames
        run.frames.pop()
        del run.doubts[doubts:]
    if isinstance(node, ast.AsyncFunctionDef):
        return run.opaque("a coroutine", at)
    return _returned(run, frame, signal, at)


def _returned(run: Interpreter, frame: Frame, signal: Signal | None, at: Site) -> object:
    if signal and signal.kind == "raise":
        if not run.doubts and isinstance(signal.value, Raised):
            raise signal.value
        run.unsure += 1
        return run.opaque("a call that raises", at)
    value = signal.value if signal else None
    for other in frame.returned:
        if not bounds.same(value, other):
            wild = any(isinstance(v, Opaque) and v.wild for v in (value, other))
            return run.opaque("it depends on a condition that is not known", at, wild)
    return value


@on_node
def is_generator(node: Def) -> bool:
    """Whether the function yields."""
    left: list[ast.AST] = list(node.body)
    while left:
        found = left.pop()
        if isinstance(found, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(found, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            left += children(found)
    return False


def bound(owner: object, function: UserFunction) -> Bound:
    """The function as a method of an instance."""
    return Bound(owner, function)
