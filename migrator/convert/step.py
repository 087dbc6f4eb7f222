"""One task → one step: where its body comes from, and what the body needs."""

import ast
from collections import Counter
from dataclasses import field, replace
from functools import cache

from migrator.convert import arguments, hooks, mapped, past, policies
from migrator.convert.body import Body
from migrator.convert.commands import returned
from migrator.convert.context import expression
from migrator.convert.context import given as given_by_airflow
from migrator.convert.given import Given, of_operator, of_taskflow
from migrator.convert.hidden import in_function, in_module
from migrator.convert.hooks import Hook
from migrator.convert.inner import definition
from migrator.convert.other_python import in_other_python
from migrator.convert.problem import Problem
from migrator.convert.reader import CURRENT_CONTEXT, Reader
from migrator.convert.registry import Args, Fragment, rules
from migrator.convert.replaced import replaced
from migrator.convert.scope import Scope, Setting, multiple_outputs
from migrator.convert.signature import shared_and_changed
from migrator.convert.source import Definition, defaults, names_bound, names_read
from migrator.convert.waiting import waits
from migrator.ir import EXPAND_KWARGS, Function, Item, Literal, Task, Template, XCom, constant
from migrator.record import dataclass

PYTHON = {
    f"airflow.{module}.{name}": kind
    for module in ("operators.python", "operators.python_operator", "providers.standard.operators.python")
    for name, kind in {
        "PythonOperator": "plain",
        "BranchPythonOperator": "branch",
        "ShortCircuitOperator": "short_circuit",
        "ExternalPythonOperator": "external_python",
        "PythonVirtualenvOperator": "virtualenv",
        "BranchExternalPythonOperator": "branch_external_python",
        "BranchPythonVirtualenvOperator": "branch_virtualenv",
    }.items()
} | {
    "airflow.sensors.python.PythonSensor": "sensor",
    "airflow.contrib.sensors.python_sensor.PythonSensor": "sensor",
    "airflow.providers.standard.sensors.python.PythonSensor": "sensor",
}
TASKFLOW = {
    "airflow.decorators.task": "plain",
    "airflow.decorators.task.python": "plain",
    "airflow.decorators.task.branch": "branch",
    "airflow.decorators.task.short_circuit": "short_circuit",
    "airflow.decorators.task.sensor": "sensor",
    "airflow.decorators.task.bash": "bash",
    "airflow.decorators.task.external_python": "external_python",
    "airflow.decorators.task.virtualenv": "virtualenv",
    "airflow.decorators.task.branch_external_python": "branch_external_python",
    "airflow.decorators.task.branch_virtualenv": "branch_virtualenv",
}
CALLED = ("sensor", "bash", "external_python", "virtualenv", "branch_external_python", "branch_virtualenv")
MARKS = frozenset(f"airflow.{m}.{name}" for m in ("decorators", "sdk") for name in ("setup", "teardown"))
POKE_RETURN_VALUE = "PokeReturnValue"  # what a look may return to give its step a value


@dataclass
class Step:
    """`function` is set when the task's own function becomes the step; `lines` when its body is new."""

    task: Task
    kind: str = "plain"  # plain, branch, short_circuit
    body: Body = field(default_factory=Body)
    function: ast.FunctionDef | None = None
    lines: tuple[str, ...] = ()
    calls: str | None = None  # the helper that a new body calls
    look: str = ""  # the same call, as a callable without arguments
    yields: bool = False
    empty: bool = False
    copied: bool = False  # the function stands where tasks are made: each of them gets a copy of its own
    notes: tuple[Problem, ...] = ()
    name: str = ""  # of the function in the new module
    multiple_outputs: bool = False  # the items of the dict that it returns are XComs as well
    bridged: bool = False  # its body has Airflow run the task
    chooses: bool = False  # a bridged one that may skip tasks after it
    hooks: tuple[Hook, ...] = ()  # callbacks
    inner: str | None = None  # a function that the lines define first
    keeps: frozenset[str] = frozenset()  # names of the module that are needed beside those in its text
    fan: mapped.Fan | None = None  # what the task, or the group around it, is mapped over

    @property
    def problems(self) -> list[Problem]:
        """Why it cannot be native; empty when it can."""
        return self.body.problems


def read(task: Task, setting: Setting, *, shared: bool) -> Step:
    """`shared`: the function has other users in the file, so that it stays a function that the step calls."""
    if refused := mapped.refusal(task, setting.dag):
        return Step(task, body=Body(problems=[refused]))
    return _with_policies(_read_native(task, setting, shared), setting)


def _read_native(task: Task, setting: Setting, shared: bool) -> Step:
    step = _read_typed(task, setting, "call" if shared else "become")
    if any(p.code == "DP046" for p in step.body.problems):  # it asks Airflow for something
        own = _read_typed(task, setting, "copy")
        step = step if own.problems else own
    return step


def _with_policies(step: Step, setting: Setting) -> Step:
    """Its callbacks, how long it may take, and what it waits for before it begins."""
    past.wait(step, setting)
    step.hooks, told = hooks.of_task(step.task, setting.source)
    wanted = {hook.imports for hook in step.hooks}
    if policies.time_limit(step.task) and not step.empty:
        wanted.add("from ..runtime.limits import time_limit")
    step.body.imports |= wanted
    step.problems.extend(in_module(wanted, setting.source))
    step.keeps = frozenset(name for hook in step.hooks for name in hook.names)
    step.notes = (*step.notes, *told)
    return step


def _read_typed(task: Task, setting: Setting, use: str) -> Step:
    step = _read(task, setting, use)
    if step.body.launch.all_params and step.body.launch.own:
        return _read(task, replace(setting, typed=False), use)
    return step


def _read(task: Task, setting: Setting, use: str) -> Step:
    """`use`: whether the function is to become the step, to be called by it, or to be copied for it."""
    kind = PYTHON.get(task.operator) or TASKFLOW.get(task.operator)
    if kind is None:
        return _by_rule(task, setting)
    call = creating_call(task, setting)
    function = None if is_imported(task) else _definition(task.function, setting, call)
    if isinstance(function, ast.FunctionDef) and setting.ground.moves(function):
        use = "copy"
    elif kind in CALLED:  # a step around it calls it
        use = "call"
    if task.function is None or (function is None and not is_imported(task)):
        return _refused(task, "OP046", "what it calls is not a function with a name of its own")
    args = Args(task.args)
    ignore = constant(args.take("ignore_downstream_trigger_rules"), True)
    step = Step(
        task,
        _kind(kind, bool(ignore)),
        copied=use == "copy",
        multiple_outputs=multiple_outputs(task, setting.source),
    )
    given = _arguments(task, setting, call, function)
    _body(step, setting, function, given, use, call)
    if isinstance(function, ast.FunctionDef) and not isinstance(given, Problem):
        step.problems.extend(shared_and_changed(given, function, task.task_id))
    for name in ("op_args", "op_kwargs", "templates_dict", EXPAND_KWARGS):
        args.take(name)
    _around(step, setting, function, args, call)
    if step.inner:
        step.lines, step.calls = (step.inner, *step.lines), None
    _fan(step, setting, call, function)
    _launched(step, function)
    step.problems.extend(in_module(step.body.imports, setting.source))
    left = arguments.of_task(task, args)
    step.notes = (*step.body.notes, *left.notes)
    step.problems.extend(left.problems)
    return step


def _body(
    step: Step,
    setting: Setting,
    function: Definition | None,
    given: Given | Problem,
    use: str,
    call: ast.Call | None,
) -> None:
    """The task's function as the body, or a call of it."""
    task = step.task
    if isinstance(given, Problem):
        step.problems.append(given)
        return
    if use == "copy" and isinstance(function, ast.FunctionDef):
        given = _as_values(task, function, given)
    if task.taskflow and isinstance(function, ast.FunctionDef) and not only_tasks(function, setting):
        step.problems.append(Problem("SC041", "has a decorator beside @task", function.lineno, task.task_id))
    elif isinstance(function, ast.AsyncFunctionDef):
        step.problems.append(Problem("DP045", "a task that is a coroutine", function.lineno, task.task_id))
    elif isinstance(function, ast.FunctionDef) and _becomes(task, function, given, use):
        reader = Reader(setting, task, function, call)
        reader.bind(given, task.args.get("templates_dict"))
        step.function, step.body = function, reader.read()
        step.problems.extend(in_function(step.body, function, setting.source))
    elif use == "copy" and (inner := _inner(function, setting, task)):
        _called(step, setting, function, given, call)
        step.inner = inner
    elif use == "copy":
        text = "its function is defined where tasks are made, and cannot become the step itself"
        step.problems.append(Problem("SC054", text, getattr(function, "lineno", None), task.task_id))
    else:
        _called(step, setting, function, given, call)


def _inner(function: Definition | None, setting: Setting, task: Task) -> str | None:
    """The function as a part of its step, where the step has to call it."""
    kind = PYTHON.get(task.operator) or TASKFLOW.get(task.operator)
    if kind not in CALLED or not isinstance(function, ast.FunctionDef):
        return None
    return definition(function, setting.source)


def _fan(step: Step, setting: Setting, call: ast.Call | None, function: Definition | None = None) -> None:
    """What the items of a mapped step are made by, and what is done with one first."""
    fan = mapped.fan(step.task, setting, call, function)
    if fan is None:
        return
    step.fan, made = fan, fan.body
    step.problems.extend(made.problems)
    if made.launch.read:
        text = "what its run is launched with tells what it is mapped over"
        step.problems.append(Problem("CF040", text, None, step.task.task_id))
    step.body.lines[:0] = mapped.lines_of(fan, step.body.items)
    step.body.imports |= made.imports
    step.body.dated |= made.dated
    step.body.variables |= made.variables


def only_tasks(function: ast.FunctionDef, setting: Setting) -> bool:
    """Whether all decorators of a function make it a task, or a setup or teardown."""
    names = [d.func if isinstance(d, ast.Call) else d for d in function.decorator_list]
    marks = [setting.source.qualified(n) in MARKS for n in names]
    return len(names) - sum(marks) <= 1


def is_imported(task: Task) -> bool:
    """Whether the function that a task calls is not defined in the file of the task."""
    function = task.function
    return function is not None and (
        bool(function.qualified) or function.file not in (None, task.origin.file)
    )


def _becomes(task: Task, function: ast.FunctionDef, given: Given, use: str) -> bool:
    kind = PYTHON.get(task.operator) or TASKFLOW.get(task.operator)
    return use != "call" and kind not in CALLED and _moves(task, function, given)


def _as_values(task: Task, function: ast.FunctionDef, given: Given) -> Given:
    """Constants instead of expressions, where these would mean something else inside of the function."""
    if _moves(task, function, given):
        return given
    return {n: (v, None if isinstance(v, Literal | Template) else e) for n, (v, e) in given.items()}


def _kind(kind: str, ignore: bool) -> str:
    """Of a step; a sensor's is plain. `ignore`: a short circuit minds no rules of what follows."""
    if kind in CALLED:
        return "branch" if kind.startswith("branch_") else "plain"
    return kind if ignore or kind != "short_circuit" else "short_circuit_next"


def _around(
    step: Step, setting: Setting, function: Definition | None, args: Args, call: ast.Call | None
) -> None:
    """A look is called again and again, with arguments that are worked out once; a command is run."""
    kind = PYTHON.get(step.task.operator) or TASKFLOW[step.task.operator]
    if kind not in CALLED or not step.look:
        return
    scope = _new_body(setting, step.task, call)
    scope.body = step.body
    if kind == "bash":
        fragment = returned(step.lines[0].removeprefix("return "), function, args, scope)
        if fragment is not None:
            _fill(step, fragment)
        return
    if kind != "sensor":
        fragment = in_other_python(step.look, kind, args, scope)
        if fragment is not None:
            _fill(step, replace(fragment, kind=step.kind))
        return
    if step.look.startswith("partial("):
        scope.body.imports.add("from functools import partial")
    named = any(name.endswith(f".{POKE_RETURN_VALUE}") for name in setting.source.imports.values())
    fragment = waits(step.look, args, scope, value=named or function is None)
    if fragment is not None:
        _fill(step, fragment)


def _launched(step: Step, function: Definition | None) -> None:
    """What a step needs that reads what its run was launched with."""
    launch, task_id = step.body.launch, step.task.task_id
    if not launch.read:
        return
    step.body.imports |= launch.imports
    if launch.declared or launch.problems:
        step.problems.extend(Problem("DP057", why, None, task_id) for why in launch.problems.values())
    inputs = {given.name for given in step.body.inputs}
    if "config" in inputs or (step.function is not None and "config" in names_bound(step.function)):
        step.problems.append(
            Problem("DP058", "`config` is a name of its own, and Dagster's is needed", None, task_id)
        )
    if unsaid := [one.name for one in launch.own.values() if one.default is None]:
        text = f"a run must be launched with {', '.join(unsaid)}: without, Airflow's task fails"
        step.body.notes.append(Problem("DP059", text, None, task_id))
    step.body.notes.append(Problem("DP055", "what its run is launched with is its config", None, task_id))


def _refused(task: Task, code: str, message: str) -> Step:
    return Step(task, body=Body(problems=[Problem(code, message, None, task.task_id)]))


def creating_call(task: Task, setting: Setting) -> ast.Call | None:
    """The call that creates a task, where it stands in the file of the DAG."""
    return setting.source.creating_call(task) if task.origin.file == setting.dag.origin.file else None


def _arguments(
    task: Task, setting: Setting, call: ast.Call | None, function: Definition | None
) -> Given | Problem:
    """By the names of the parameters; an expression comes along where it means the same in the new module."""
    read = of_taskflow if task.taskflow else mapped.of_operator if task.expand else of_operator
    given = read(task, call, function)
    if task.taskflow and not isinstance(given, Problem):
        given = mapped.with_items(task, given, setting.dag, function)
    if isinstance(given, Problem):
        return given
    ground = setting.ground
    return {n: (v, None if e is not None and ground.away(e) else e) for n, (v, e) in given.items()}


def _definition(function: Function | None, setting: Setting, call: ast.Call | None) -> Definition | None:
    if function is None or function.line is None:
        return None
    if function.file not in (None, setting.dag.origin.file):
        return None
    written = [k.value for k in call.keywords if k.arg == "python_callable"] if call else []
    if written and isinstance(written[0], ast.Lambda):
        return written[0]
    return setting.source.functions.get(function.line)


def _by_rule(task: Task, setting: Setting) -> Step:
    rule = rules().get(task.operator)
    if rule is None:
        return _refused(task, "OP044", f"no rule for {task.operator} yet")
    if refused := mapped.refused_by_rule(task, setting.dag):
        return Step(task, body=Body(problems=[refused]))
    call = creating_call(task, setting)
    args, scope = Args(mapped.rule_arguments(task, setting.dag)), _new_body(setting, task, call)
    try:
        fragment = rule(args, scope)
    except Exception as error:  # one bad rule must not cost the DAG its other findings
        return _refused(task, "OP045", f"the rule for {task.operator} crashed: {error!r}")
    step = Step(task, body=scope.body, multiple_outputs=multiple_outputs(task, setting.source))
    if fragment is not None:
        _fill(step, fragment)
    _fan(step, setting, call)
    _launched(step, None)
    step.problems.extend(in_module(step.body.imports, setting.source))
    left = arguments.of_task(task, args)
    step.notes = (*step.body.notes, *left.notes)
    step.problems.extend(left.problems)
    return step


def _fill(step: Step, fragment: Fragment) -> None:
    step.lines, step.yields, step.empty = fragment.lines, fragment.yields, fragment.empty
    step.kind = fragment.kind
    step.body.returns = fragment.returns


def _moves(task: Task, function: ast.FunctionDef, given: Given) -> bool:
    """Whether the function can become the step itself, with its arguments bound in its body.

    It cannot under a decorator of its own, nor where an argument names something that means another thing inside.
    """
    if (function.decorator_list and not task.taskflow) or any(name.startswith("*") for name in given):
        return False
    bound = Counter(names_bound(function))
    own = {name: None if isinstance(value, XCom) else node for name, (value, node) in given.items()}
    for name, node in {**defaults(function), **own}.items():
        for read_name in names_read(node) if node is not None else ():
            itself = (
                isinstance(node, ast.Name) and read_name == name and bound[name] == 1
            )  # the parameter alone
            if bound[read_name] and not itself:
                return False
    return True


def _called(
    step: Step, setting: Setting, function: Definition | None, given: Given, call: ast.Call | None
) -> None:
    """A new body that calls the function, which stays as it is: it has other users, or it is imported."""
    task = step.task
    assert task.function is not None
    if isinstance(function, ast.Lambda):
        _inlined(step, setting, function, given, call)
        return
    reader = _new_body(setting, task, call)
    step.body = reader.body
    name = task.function.name if function is not None else _spelled(setting, task, call)
    if name is None:
        reader.refuse("OP046", "what it calls is not a function with a name of its own")
        return
    step.calls = name
    base = name.partition(".")[0]
    reader.taken |= {base, *reader.names_of(given)}
    parts = _passed(step, reader, function, given)
    if setting.source.from_airflow(base):
        reader.refuse(*setting.source.why_airflow(base))
    elif isinstance(called := function or setting.source.beside(task.function), ast.FunctionDef):
        parts += _asked_of_context(reader, called, given)
    elif isinstance(called, ast.AsyncFunctionDef):
        reader.refuse("DP045", "a task that is a coroutine", call)
    if isinstance(function, ast.FunctionDef):
        used = {n for part in function.body for n in names_read(part)}
        if any(setting.source.from_airflow(n) and not replaced(n, setting.source) for n in used):
            reader.refuse("DP046", f"`{name}` uses Airflow, and stays a function", function)
        for missing in sorted(reader.gone(function)):
            reader.refuse("SC055", f"`{name}` reads `{missing}`, which is set where tasks are made")
    if "templates_dict" in task.args:
        reader.refuse("DP046", "templates_dict for a function that stays a function")
    kept = constant(task.args.get("do_xcom_push")) is not False
    step.lines = (f"{'return ' if kept else ''}{name}({', '.join(parts)})",)
    step.look = f"partial({', '.join([name, *parts])})" if parts else name
    step.body.returns = kept


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


def _spelled(setting: Setting, task: Task, call: ast.Call | None) -> str | None:
    """How the file names a function that it imports."""
    if call is None:
        return None
    node = call.func if task.taskflow else {k.arg: k.value for k in call.keywords}.get("python_callable")
    found = ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""
    return found if found and found.partition(".")[0] in setting.source.imports else None


def _inlined(step: Step, setting: Setting, function: ast.Lambda, given: Given, call: ast.Call | None) -> None:
    reader = Reader(setting, step.task, function, call)
    reader.bind(given, step.task.args.get("templates_dict"))
    step.body = reader.read()
    if step.body.edits:
        reader.refuse("DP046", "a lambda that asks Airflow for something", function)
    expression = setting.source.segment(function.body)
    step.lines, step.look = (f"return {expression}",), f"lambda: {expression}"


def _new_body(setting: Setting, task: Task, call: ast.Call | None) -> Scope:
    return Scope(setting, task, _nothing(), call)


@cache
def _nothing() -> ast.FunctionDef:
    found = ast.parse("def nothing(): pass").body[0]
    assert isinstance(found, ast.FunctionDef)
    return found


def _asked_of_context(scope: Scope, function: ast.FunctionDef, given: Given) -> list[str]:
    """What Airflow would fill in of its own: each becomes an argument of the call."""
    read_names = set(names_read(function))
    parts = []
    if any(scope.source.imports.get(name) in CURRENT_CONTEXT for name in read_names):
        scope.refuse("DP046", "get_current_context() in a function that stays a function", function)
    unnamed = sum(name.startswith("*") for name in given)
    for parameter in [*function.args.args[unnamed:], *function.args.kwonlyargs]:
        name = parameter.arg
        if name in given or not given_by_airflow(name, scope.timing):
            continue
        if name not in read_names:
            if name not in defaults(function):  # it is asked for, and never looked at
                parts.append(f"{name}=None")
            continue
        found = scope.body.launch.params() if name == "params" else expression(name, scope.timing)
        if found is None:
            scope.refuse("DP046", f"`{name}` of the context in a function that stays a function", parameter)
        else:
            parts.append(f"{name}={scope.body.use(found)}")
    if function.args.kwarg and function.args.kwarg.arg in read_names:
        scope.refuse("DP046", f"**{function.args.kwarg.arg} in a function that stays a function", function)
    return parts
