"""What a task or a group is mapped over: the list that its items come from, and how a step gets an item.

A fan is an op that makes the items; what is mapped runs for each of them.
"""

import ast
from collections.abc import Mapping
from dataclasses import field, replace

from migrator.convert.body import Body
from migrator.convert.given import Given
from migrator.convert.given import of_operator as arguments_of_operator
from migrator.convert.items import each_of, group_of, keys, over
from migrator.convert.problem import Problem
from migrator.convert.scope import Scope, Setting
from migrator.convert.source import Definition, Source, defaults
from migrator.ir import EXPAND_KWARGS, Dag, Derived, Item, Literal, Task, Value, XCom, walk
from migrator.record import dataclass

OWN = frozenset({"after", "context", "context_", "_context", "_"})  # parameters with a meaning of their own
# The arguments of rules that may come out of an item; of all others the text has to tell the value.
OF_RULES = {"BashOperator": frozenset({"bash_command", "env", "cwd"})}
CALLS = frozenset({"op_args", "op_kwargs"})


@dataclass(frozen=True)
class Fan:
    """The op that makes the items of a task or group. `each`: an item has a value for each of these names."""

    of: str  # the task or group
    body: Body
    lines: tuple[str, ...]
    sources: frozenset[str]  # the tasks whose lists it maps over
    each: tuple[str, ...] = ()
    maps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what is applied to a value of an item

    @property
    def pulls(self) -> tuple[str, ...]:
        """Parameters of the fan that are no list which is mapped over."""
        return tuple(i.name for i in self.body.inputs if i.task_id not in self.sources)


def with_items(task: Task, given: Given, dag: Dag, function: Definition | None) -> Given | Problem:
    """The arguments of a TaskFlow call, with an item for each that the task is mapped over."""
    if not task.expand:
        return given
    found = {name: value for name, value in given.items() if name not in task.expand}
    names = each_of(dag, task, function) or task.expand
    if EXPAND_KWARGS in names:
        return _unread(task, "is mapped over dictionaries whose keys are not known")
    return {**found, **{name: (Item(name), None) for name in names}}


def refusal(task: Task, dag: Dag) -> Problem | None:
    """Why this way of mapping has no native form, where it has none."""
    given = over(task)
    if task.mapped and not given:
        return _refused(task, "what it is mapped over is not known")
    if group_of(dag, task) and task.mapped:
        return _refused(task, "is mapped inside of a mapped group")
    names = each_of(dag, task)
    if bad := sorted(set(names) & OWN):
        return _refused(task, f"is mapped over `{bad[0]}`, a name with another meaning here")
    return None


def refused_by_rule(task: Task, dag: Dag) -> Problem | None:
    """Why a rule cannot take what comes out of an item: it has to know the value."""
    allowed = OF_RULES.get(task.operator_class, frozenset())
    names = [*(n for n in task.expand if n != EXPAND_KWARGS)]
    if EXPAND_KWARGS in task.expand:
        names = list(each_of(dag, task))
        if not names:
            return _unread(task, "is mapped over dictionaries whose keys are not known")
    names += [n for n, value in task.args.items() if any(isinstance(v, Item) for v in walk(value))]
    if bad := sorted(set(names) - allowed):
        return _unread(task, f"is mapped over `{bad[0]}`, which its rule has to know")
    return None


def _unread(task: Task, text: str) -> Problem:
    return Problem("CF066", text, None, task.task_id)


def _refused(task: Task, text: str) -> Problem:
    return Problem("CF040", text, None, task.task_id)


def names_of_calls(task: Task) -> tuple[str, ...] | Problem:
    """Which of `op_args` and `op_kwargs` a task that calls a function is mapped over."""
    names = keys(over(task)[EXPAND_KWARGS]) if EXPAND_KWARGS in task.expand else task.expand
    if not names or set(names) - CALLS:
        return _unread(task, "is mapped over something else than op_args and op_kwargs")
    return names


def of_operator(task: Task, call: ast.Call | None, function: Definition | None) -> Given | Problem:
    """The arguments of a callable: what the operator is mapped over is unpacked when it runs."""
    names = names_of_calls(task)
    if isinstance(names, Problem):
        return names
    if isinstance(function, ast.Lambda):
        return _unread(task, "is mapped over the arguments of a lambda")
    fixed = replace(task, args={k: v for k, v in task.args.items() if k not in names}, expand=())
    given = arguments_of_operator(fixed, call, function)
    if isinstance(given, Problem):
        return given
    stars = {"op_args": "*", "op_kwargs": "**"}
    found = {f"{stars[name]}{name}": (Item(name), None) for name in sorted(names)}
    first = {name: pair for name, pair in found.items() if not name.startswith("**")}
    return {**first, **given, **found}


def usual(item: Item, function: Definition | None, source: Source) -> dict[str, str]:
    """What a parameter is where an item has no value for it."""
    default = defaults(function).get(item.name) if isinstance(function, ast.FunctionDef) else None
    return {item.name: source.segment(default)} if default is not None else {}


def rule_arguments(task: Task, dag: Dag) -> dict[str, Value]:
    """The arguments of an operator, with an item for each that it is mapped over."""
    found = {name: value for name, value in task.args.items() if name not in task.expand}
    names = each_of(dag, task) if EXPAND_KWARGS in task.expand else task.expand
    return {**found, **{name: Item(name) for name in names}}


def fan(task: Task, setting: Setting, call: ast.Call | None, function: Definition | None) -> Fan | None:
    """The fan of a mapped task, or of the mapped group that it is in."""
    group = group_of(setting.dag, task)
    if group is not None:
        scope = Scope(setting, task, _nothing(), None)
        return _fan(group, setting.dag.mapped_groups[group], {}, scope, each_of(setting.dag, task))
    if not task.expand:
        return None
    nodes = {k.arg: k.value for k in call.keywords if k.arg} if call else {}
    scope = Scope(setting, task, _nothing(), call)
    return _fan(task.task_id, over(task), nodes, scope, each_of(setting.dag, task, function))


def _fan(
    of: str, given: Mapping[str, Value], nodes: Mapping[str, ast.expr], scope: Scope, each: tuple[str, ...]
) -> Fan:
    sources = frozenset(v.task_id for value in given.values() for v in walk(value) if isinstance(v, XCom))
    lists: dict[str, str] = {}
    maps: dict[str, tuple[str, ...]] = {}
    for name, value in given.items():
        if not _may_be_list(value):
            scope.refuse("CF040", f"`{name}`, which it is mapped over, is not known to be a list")
            continue
        inner, functions = _peeled(value, scope)
        text = scope.text_of(inner, nodes.get(name) if inner is value else None) or ""
        if name == EXPAND_KWARGS:
            for function in functions:
                text = f"[{function}(item) for item in {text}]"
        else:
            maps[name] = functions
        lists[name] = text
    if len(lists) == 1:
        line = f"return {next(iter(lists.values()))}"
    else:
        scope.body.imports.add("from ..runtime.mapping import product")
        line = f"return product({', '.join(f'{name}={text}' for name, text in lists.items())})"
    return Fan(of, scope.body, (line,), sources, each, maps)


def _may_be_list(value: Value) -> bool:
    return not isinstance(value, Literal) or isinstance(value.value, (list, tuple, dict))


def _peeled(value: Value, scope: Scope) -> tuple[Value, tuple[str, ...]]:
    """What `.map(f).map(g)` starts from, and the functions in the order in which they are applied."""
    functions: list[str] = []
    while isinstance(value, Derived) and value.kind == "map":
        functions.insert(0, scope.mapped_with(value))
        value = value.items[0]
    return value, tuple(functions)


def lines_of(fan: Fan, names: Mapping[str, str]) -> list[str]:
    """The lines that apply what an argument is mapped with; `names` are those of the step."""
    return [
        f"{names[name]} = {function}({names[name]})"
        for name, functions in fan.maps.items()
        if name in names
        for function in functions
    ]


def _nothing() -> ast.FunctionDef:
    found = ast.parse("def nothing(): pass").body[0]
    assert isinstance(found, ast.FunctionDef)
    return found
