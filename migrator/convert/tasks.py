"""One task → one step: where its body comes from, and what the body needs."""

import ast
from collections import Counter
from dataclasses import replace

from migrator.convert import after_execute, arguments, dbt_tasks, hooks, mapped, past, policies
from migrator.convert.as_base import plainly
from migrator.convert.asset_functions import arguments as of_decorator
from migrator.convert.asset_functions import is_asset
from migrator.convert.body import Body
from migrator.convert.called import call_it, inner_text, new_body
from migrator.convert.calls import arguments_of, creating_call, definition
from migrator.convert.commands import returned, texts_in
from migrator.convert.dataset_events import READS, STATES_READ
from migrator.convert.foreign import copied, foreign
from migrator.convert.given import Given
from migrator.convert.hidden import in_function, in_module
from migrator.convert.kinds import CALLED, PYTHON, is_elsewhere, is_imported, kind_of
from migrator.convert.launched import launched
from migrator.convert.other_python import in_other_python
from migrator.convert.outputs import multiple_outputs
from migrator.convert.own_init import Unfit
from migrator.convert.own_operator import own_rule
from migrator.convert.problem import Problem
from migrator.convert.reader import Reader
from migrator.convert.registry import Args, Fragment, rules
from migrator.convert.scope import Setting
from migrator.convert.signature import shared_and_changed
from migrator.convert.source import Definition, defaults, names_bound, names_in, names_read
from migrator.convert.step import Step, Within
from migrator.convert.template_files import with_files
from migrator.convert.text import docstring
from migrator.convert.waiting import waits
from migrator.convert.within import keeps_to_itself, put_within, unusual, wraps
from migrator.convert.worn import names_worn, worn
from migrator.ir import EXPAND_KWARGS, Literal, Task, Template, XCom, constant

DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef)
POKE_RETURN_VALUE = "PokeReturnValue"  # what a look may return to give its step a value


def read(task: Task, setting: Setting, *, shared: bool) -> Step:
    """`shared`: the function has other users in the file, so that it stays a function that the step calls."""
    if refused := mapped.refusal(task, setting.dag):
        return Step(task, body=Body(problems=[refused]))
    try:
        task, setting = _as_base(task, setting)
    except Unfit as why:
        return _refused(task, why.code, f"{task.operator_class}: {why.message}")
    step = _read_native(with_files(task, setting.source), setting, shared)
    step.task = task
    return _with_policies(step, setting)


def _as_base(task: Task, setting: Setting) -> tuple[Task, Setting]:
    """A task of a class that only gives other arguments to an operator with a rule is a task of that operator."""
    call = creating_call(task, setting) if task.operator not in rules() and kind_of(task) is None else None
    of = setting.source.classes(call.func) if call else None
    found = plainly(task, of, call, {*rules(), *PYTHON}) if of and call else None
    return (found.task, replace(setting, call=found.call)) if found else (task, setting)


def _read_native(task: Task, setting: Setting, shared: bool) -> Step:
    step = _read_typed(task, setting, "call" if shared else "become")
    others = ["within copy" if shared else "within"] if step.body.problems and kind_of(task) else []
    if any(p.code == "DP046" for p in step.body.problems):  # it asks Airflow for something
        others.insert(0, "copy")
    for use in others:
        own = _read_typed(task, setting, use)
        if not own.problems:
            return own
        step = own if use == "copy" and own.body.problems else step  # what stands against that is the reason
    return step


def _with_policies(step: Step, setting: Setting) -> Step:
    """Its callbacks, how long it may take, and what it waits for before it begins."""
    past.wait(step, setting)
    step.hooks, told = hooks.of_task(step.task, setting.source)
    wanted = {hook.imports for hook in step.hooks}
    if policies.time_limit(step.task) and not step.empty:
        wanted.add("from ..runtime.limits import time_limit")
    asked = policies.tried_again(step.task) if not step.empty else None
    if asked:
        wanted.add("from ..runtime.retries import tried_again")
    step.body.imports |= wanted
    step.problems.extend(in_module(wanted, setting.source))
    after = {step.after} if step.after else set()
    after |= names_in(asked) if asked else set()
    step.keeps = frozenset({name for hook in step.hooks for name in hook.names} | after)
    if step.within and step.within.worn:
        step.keeps |= names_worn(step.function, step.source or setting.source)
    read = step.body.imports & {READS, STATES_READ}  # so that `inlets` is passed on
    step.notes = (*(note for note in step.notes if not (read and note.code == "TM043")), *told)
    return step


def _read_typed(task: Task, setting: Setting, use: str) -> Step:
    step = _read(task, setting, use)
    if step.body.launch.all_params and step.body.launch.own:
        return _read(task, replace(setting, typed=False), use)
    return step


def _read(task: Task, setting: Setting, use: str) -> Step:
    """A step of this file; one whose function another file makes is read there."""
    found = foreign(task, setting) or (foreign(task, setting, moves=True) if use == "copy" else None)
    if found is None:
        return _read_here(task, setting, use)
    step = copied(_read_here(task, found[1], "copy", found[0]), found[1])
    step.problems.extend(in_module(step.body.imports, setting.source))
    return step


def _read_here(task: Task, setting: Setting, use: str, written: ast.FunctionDef | None = None) -> Step:
    """`use`: whether the function is to become the step, to be called by it, or to be copied for it."""
    kind = kind_of(task)
    if kind is None:
        return _by_rule(task, setting)
    call = None if written else creating_call(task, setting)
    away = is_imported(task) or is_elsewhere(task, setting)
    function = written or (None if away else definition(task, setting, call))
    use = "call" if task.bound else _use(task, setting, function, kind, use)
    if (task.function or task.bound) is None or (function is None and not away):
        return _refused(task, "OP046", "what it calls is not a function with a name of its own")
    args = Args(task.args)
    ignore = constant(args.take("ignore_downstream_trigger_rules"), True)
    step = Step(
        task,
        _kind(kind, bool(ignore)),
        copied=use.endswith("copy"),
        multiple_outputs=multiple_outputs(task, setting.source, airflow3=setting.timing.airflow3),
    )
    given = arguments_of(task, setting, call, function)
    _body(step, setting, function, given, use, call)
    if isinstance(function, ast.FunctionDef) and not isinstance(given, Problem):
        step.problems.extend(shared_and_changed(given, function, task.task_id))
    for name in ("op_args", "op_kwargs", "templates_dict", EXPAND_KWARGS, *of_decorator(task)):
        args.take(name)
    _around(step, setting, function, args, call)
    if step.inner:
        step.lines, step.calls = (step.inner, *step.lines), None
    _fan(step, setting, call, function)
    launched(step, function)
    step.problems.extend(in_module(step.body.imports, setting.source))
    _after(step, setting, args)
    left = arguments.of_task(task, args, setting.others)
    step.notes = (*step.body.notes, *left.notes)
    step.problems.extend(left.problems)
    return step


def _after(step: Step, setting: Setting, args: Args) -> None:
    """What is called once it has done its work."""
    found = after_execute.callback(step.task, setting) if step.kind == "plain" else None
    if found:
        args.take(after_execute.ARGUMENT)
        step.after = found
        step.body.imports.add(after_execute.IMPORT)


def _use(task: Task, setting: Setting, function: Definition | None, kind: str, use: str) -> str:
    """What the function is to become, as far as it lets itself."""
    moves = isinstance(function, DEFINED) and setting.ground.moves(function)
    if keeps_to_itself(task, function):
        use = {"become": "within", "copy": "within copy"}.get(use, use)
    elif "within" in use and not wraps(function, kind, setting.source):
        use = "call" if use.endswith("copy") else "become"
    dressed = kind not in CALLED and bool(worn(function, setting.source))
    if "within" in use or (dressed and moves):
        return "within copy" if moves else use
    if dressed:
        return "call"
    if moves and isinstance(function, ast.FunctionDef):
        return "copy"
    return "call" if kind in CALLED or isinstance(function, ast.AsyncFunctionDef) else use


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
    if use.endswith("copy") and isinstance(function, ast.FunctionDef):
        given = _as_values(task, function, given)
    if (
        task.taskflow
        and isinstance(function, DEFINED)
        and (kind_of(task) in CALLED)
        and worn(function, setting.source)
    ):
        step.problems.append(Problem("SC041", "has a decorator beside @task", function.lineno, task.task_id))
    elif why := unusual(function, kind_of(task) or "plain", airflow3=setting.timing.airflow3):
        step.problems.append(Problem("DP045", why, getattr(function, "lineno", None), task.task_id))
    elif "within" in use and function is not None and not any(n.startswith("*") for n in given):
        put_within(step, setting, function, given, call)
        step.problems.extend(in_function(step.body, function, setting.source))
    elif isinstance(function, ast.FunctionDef) and _becomes(task, function, given, use):
        reader = Reader(setting, task, function, call)
        reader.bind(given, task.args.get("templates_dict"))
        step.function, step.body = function, reader.read()
        step.problems.extend(in_function(step.body, function, setting.source))
    elif use.endswith("copy") and (inner := inner_text(function, setting, task)):
        call_it(step, setting, function, given, call)
        step.inner = inner
    elif use.endswith("copy"):
        text = "its function is defined where tasks are made, and cannot become the step itself"
        step.problems.append(Problem("SC054", text, getattr(function, "lineno", None), task.task_id))
    else:
        call_it(step, setting, function, given, call)


def _without_function(step: Step, within: Within) -> None:
    """A command alone: its function said nothing else, but for a docstring."""
    documented = ast.get_docstring(step.function) if step.function else None
    if documented:
        step.lines = (docstring(documented).replace("\n", "\n    "), *step.lines)
    step.function, step.within = None, None
    step.body.edits.clear()


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


def _becomes(task: Task, function: ast.FunctionDef, given: Given, use: str) -> bool:
    kind = kind_of(task)
    return use not in ("call", "within") and kind not in CALLED and _moves(task, function, given)


def _as_values(task: Task, function: ast.FunctionDef, given: Given) -> Given:
    """Constants instead of expressions, where these would mean something else inside of the function."""
    if _moves(task, function, given):
        return given
    return {n: (v, None if isinstance(v, (Literal, Template)) else e) for n, (v, e) in given.items()}


def _kind(kind: str, ignore: bool) -> str:
    """Of a step; a sensor's is plain. `ignore`: a short circuit minds no rules of what follows."""
    if kind in CALLED:
        return "branch" if kind.startswith("branch_") else "plain"
    return kind if ignore or kind != "short_circuit" else "short_circuit_next"


def _around(
    step: Step, setting: Setting, function: Definition | None, args: Args, call: ast.Call | None
) -> None:
    """A look is called again and again, with arguments that are worked out once; a command is run."""
    kind = kind_of(step.task) or "plain"
    if kind not in CALLED or not step.look:
        return
    scope = new_body(setting, step.task, call)
    scope.body = step.body
    if kind == "bash":
        call_text = step.lines[0].removeprefix("return ")
        within = step.within or Within("", ())
        made = within.command or f"checked({call_text})"
        fragment = returned(made, texts_in(function, within.rendered), args, scope)
        if fragment is not None:
            _fill(step, fragment)
        if within.command and fragment is not None:
            _without_function(step, within)
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


def _refused(task: Task, code: str, message: str) -> Step:
    return Step(task, body=Body(problems=[Problem(code, message, None, task.task_id)]))


def _by_rule(task: Task, setting: Setting) -> Step:
    call = creating_call(task, setting)
    rule, scope = rules().get(task.operator), new_body(setting, task, call)
    if rule is not None:
        if refused := mapped.refused_by_rule(task, setting.dag):
            return Step(task, body=Body(problems=[refused]))
    elif own := own_rule(task, setting, call):
        rule, scope = own
    else:
        return _refused(task, "OP044", f"no rule for {task.operator} yet")
    args = Args(mapped.rule_arguments(task, setting.dag))
    try:
        fragment = rule(args, scope)
    except Exception as error:  # one bad rule must not cost the DAG its other findings
        return _refused(task, "OP045", f"the rule for {task.operator} crashed: {error!r}")
    step = Step(
        task,
        body=scope.body,
        multiple_outputs=multiple_outputs(task, setting.source, airflow3=setting.timing.airflow3),
    )
    if fragment is not None:
        _fill(step, fragment)
        dbt_tasks.put_in(step, new_body(setting, task, call), setting)
    _fan(step, setting, call)
    launched(step, None)
    step.problems.extend(in_module(step.body.imports, setting.source))
    _after(step, setting, args)
    left = arguments.of_task(task, args, setting.others)
    step.notes = (*step.body.notes, *left.notes)
    step.problems.extend(left.problems)
    return step


def _fill(step: Step, fragment: Fragment) -> None:
    step.lines, step.yields, step.empty = fragment.lines, fragment.yields, fragment.empty
    step.reports = fragment.reports
    step.kind = fragment.kind
    step.body.returns = fragment.returns


def _moves(task: Task, function: ast.FunctionDef, given: Given) -> bool:
    """Whether the function can become the step itself, with its arguments bound in its body.

    It cannot under a decorator of its own, nor where an argument names something that means another thing inside.
    """
    made = task.taskflow or is_asset(task)  # by the decorator
    static = all(isinstance(d, ast.Name) and d.id == "staticmethod" for d in function.decorator_list)
    if not (static or made) or any(name.startswith("*") for name in given):
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
