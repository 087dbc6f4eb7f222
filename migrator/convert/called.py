"""Steps with a new body that calls the task's function, which stays as it is: it has other users, or is imported."""

import ast
from functools import cache

from migrator.convert import edits, mapped
from migrator.convert.bound import callee
from migrator.convert.context import DATETIMES, as_pendulum
from migrator.convert.context import given as given_by_airflow
from migrator.convert.datetimes import plain_does
from migrator.convert.given import Given
from migrator.convert.inner import definition
from migrator.convert.kinds import CALLED, kind_of
from migrator.convert.reader import CURRENT_CONTEXT, Reader
from migrator.convert.replaced import replaced
from migrator.convert.scope import Scope, Setting
from migrator.convert.source import Definition, Source, defaults, names_in, names_read
from migrator.convert.step import Step
from migrator.convert.within import ran
from migrator.ir import Item, Task, constant


def call_it(
    step: Step, setting: Setting, function: Definition | None, given: Given, call: ast.Call | None
) -> None:
    """A new body that calls the function, which stays as it is: it has other users, or it is imported."""
    task = step.task
    if task.bound is not None:
        _call_bound(step, setting, given, call)
        return
    assert task.function is not None
    if isinstance(function, ast.Lambda):
        _inlined(step, setting, function, given, call)
        return
    reader = new_body(setting, task, call)
    step.body = reader.body
    name = task.function.name if function is not None else _imported(reader, call)
    if name is None:
        reader.refuse("OP046", "what it calls is not a function with a name of its own")
        return
    step.calls = name
    base = name.partition(".")[0]
    reader.taken |= {base, *reader.names_of(given)}
    parts = _passed(step, reader, function, given)
    called = function or setting.source.beside(task.function)
    if setting.source.from_airflow(base):
        reader.refuse(*setting.source.why_airflow(base))
    elif isinstance(called, (ast.FunctionDef, ast.AsyncFunctionDef)):
        parts += _asked_of_context(reader, called, given, here=function is not None)
    if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        _check_names(reader, function, name)
        for missing in sorted(reader.gone(function)):
            reader.refuse("SC055", f"`{name}` reads `{missing}`, which is set where tasks are made")
    if "templates_dict" in task.args:
        reader.refuse("DP046", "templates_dict for a function that stays a function")
    _calls(step, reader, name, parts, called)


def _calls(step: Step, reader: Scope, name: str, parts: list[str], called: Definition | None) -> None:
    kept = constant(step.task.args.get("do_xcom_push")) is not False
    made = ran(f"{name}({', '.join(parts)})", called, reader.body.imports)
    step.lines = (f"{'return ' if kept else ''}{made}",)
    step.look = f"partial({', '.join([name, *parts])})" if parts else name
    step.body.returns = kept


def _call_bound(step: Step, setting: Setting, given: Given, call: ast.Call | None) -> None:
    """The same for a method, or for a function with some of its arguments."""
    reader = new_body(setting, step.task, call)
    step.body = reader.body
    found = callee(step.task, setting, call, reader)
    if found is None:
        return
    reader.taken |= {*names_in(found.text), *reader.names_of(given)}
    bound = [part for part in found.parts if part.partition("=")[0] not in given]
    parts = [*bound, *_passed(step, reader, found.signature, given)]
    parts += _asked_of_context(reader, found.signature, given, here=found.here)
    if found.here:
        _check_names(reader, found.signature, found.text)
    if "templates_dict" in step.task.args:
        reader.refuse("DP046", "templates_dict for a function that stays a function")
    _calls(step, reader, found.text, parts, found.signature)


def _check_names(reader: Scope, function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> None:
    """Nothing of Airflow's, and nothing about the place of the file."""
    source = reader.source
    used = {n for part in function.body for n in names_read(part)}
    if any(source.from_airflow(n) and not replaced(n, source) for n in used):
        reader.refuse("DP046", f"`{name}` uses Airflow, and stays a function", function)
    if "__file__" in used and not source.placed:
        reader.refuse("SC049", f"`{name}` uses the place of the DAG file", function)


def _passed(step: Step, reader: Scope, function: Definition | None, given: Given) -> list[str]:
    """The arguments of the call."""
    parts: list[str] = []
    for parameter, (value, node) in given.items():
        text = reader.text_of(value, node)
        if isinstance(value, Item):
            step.body.usual |= mapped.usual(value, function, reader.source)
            stars = parameter[: len(parameter) - len(parameter.lstrip("*"))]
            parts.append(f"{stars}{text}" if stars else f"{parameter}={text}")
        else:
            parts.append(f"{text}" if parameter.startswith("*") else f"{parameter}={text}")
    return parts


def _spelled(source: Source, task: Task, call: ast.Call | None) -> str | None:
    """How the file names a function that it imports."""
    if call is None:
        return None
    node = (
        _plain(call.func) if task.taskflow else {k.arg: k.value for k in call.keywords}.get("python_callable")
    )
    found = ast.unparse(node) if isinstance(node, (ast.Name, ast.Attribute)) else ""
    return found if found and found.partition(".")[0] in source.imports else None


def _plain(node: ast.expr) -> ast.expr:
    """The function in `f.override(...)` and `f.partial(...).expand`."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return node


def _imported(reader: Scope, call: ast.Call | None) -> str | None:
    """How the file names a function that it imports; else its name, once it is imported from its new place."""
    function, source = reader.task.function, reader.source
    assert function is not None
    name = _spelled(source, reader.task, call)
    if name and not source.from_airflow(name.partition(".")[0]):
        return name
    line = source.importing(function)
    if line and source.imports_itself(function):
        return function.name
    if line is None:
        return name
    own = source.name_of(line, function)
    reader.body.imports.add(line if own == function.name else f"{line} as {own}")
    return own


def _inlined(step: Step, setting: Setting, function: ast.Lambda, given: Given, call: ast.Call | None) -> None:
    reader = Reader(setting, step.task, function, call)
    reader.bind(given, step.task.args.get("templates_dict"))
    step.body = reader.read()
    span = setting.source.span(function.body)
    expression = edits.part(setting.source.text, span, step.body.edits)
    if span.line != span.end_line:  # what held its lines together is not there any more
        expression = f"({expression})"
    kept = constant(step.task.args.get("do_xcom_push")) is not False or step.kind != "plain"
    step.body.edits, step.body.returns = [], kept
    unused = (
        "" if isinstance(function.body, ast.Call) else "_ = "
    )  # a bare value would be a statement without effect
    step.lines, step.look = (f"{'return ' if kept else unused}{expression}",), f"lambda: {expression}"


def new_body(setting: Setting, task: Task, call: ast.Call | None) -> Scope:
    return Scope(setting, task, nothing(), call)


@cache
def nothing() -> ast.FunctionDef:
    """The function of a task that has none."""
    found = ast.parse("def nothing(): pass").body[0]
    assert isinstance(found, ast.FunctionDef)
    return found


def _asked_of_context(
    scope: Scope, function: ast.FunctionDef | ast.AsyncFunctionDef, given: Given, *, here: bool
) -> list[str]:
    """What Airflow would fill in of its own: each becomes an argument of the call. `here`: in the file of the DAG."""
    read_names = set(names_read(function))
    parts = []
    if any(scope.source.imports.get(name) in CURRENT_CONTEXT for name in read_names):
        scope.refuse(
            "DP046", "get_current_context() in a function that stays a function", function if here else None
        )
    unnamed = sum(name.startswith("*") for name in given)
    for parameter in [*function.args.args[unnamed:], *function.args.kwonlyargs]:
        name = parameter.arg
        if name in given or not given_by_airflow(name, scope.timing):
            continue
        if name not in read_names:
            if name not in defaults(function):  # it is asked for, and never looked at
                parts.append(f"{name}=None")
            continue
        found = scope.body.launch.params() if name == "params" else scope.of_context(name)
        if found is None:
            scope.refuse(
                "DP046",
                f"`{name}` of the context in a function that stays a function",
                parameter if here else None,
            )
        else:
            more = name in DATETIMES and not plain_does(name, function)
            parts.append(f"{name}={scope.body.use(as_pendulum(found) if more else found)}")
    if function.args.kwarg and function.args.kwarg.arg in read_names:
        scope.refuse(
            "DP046",
            f"**{function.args.kwarg.arg} in a function that stays a function",
            function if here else None,
        )
    return parts


def inner_text(function: Definition | None, setting: Setting, task: Task) -> str | None:
    """The function as a part of its step, where the step has to call it."""
    if kind_of(task) not in CALLED or not isinstance(function, ast.FunctionDef):
        return None
    return definition(function, setting.source)
