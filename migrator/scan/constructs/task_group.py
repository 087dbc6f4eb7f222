"""`TaskGroup(...)` and `@task_group`."""

import re
from collections.abc import Mapping
from dataclasses import field, replace

from migrator.ir import EXPAND_KWARGS
from migrator.record import dataclass
from migrator.scan.constructs.operator import plain_text
from migrator.scan.evaluator.bounds import METER
from migrator.scan.evaluator.functions import bind_arguments, parameters, run_body
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Call, GroupItem, Native, Site, Thing, UserFunction
from migrator.scan.registry import means
from migrator.scan.world import DagState, GroupState, find_xcoms

POSITIONAL = ("group_id", "prefix_group_id", "parent_group", "dag")
CLASSES = (
    "airflow.utils.task_group.TaskGroup",
    "airflow.sdk.TaskGroup",
    "airflow.sdk.definitions.taskgroup.TaskGroup",
    "airflow.models.TaskGroup",
    "airflow.models.taskmixin.TaskGroup",
)
SUFFIX = re.compile(r"__\d+$")


def arguments(call: Call) -> dict[str, object]:
    """The arguments of `TaskGroup(...)` by name."""
    return {**dict(zip(POSITIONAL, call.args, strict=False)), **call.kwargs}


def new_group(
    run: Interpreter,
    args: Mapping[str, object],
    site: Site,
    suffix: bool = False,
    blank: GroupState | None = None,
) -> object:
    """A group below the innermost one."""
    parent, given = args.get("parent_group"), args.get("dag")
    dag = given if isinstance(given, DagState) else run.world.current_dag()
    above = parent if isinstance(parent, GroupState) else run.world.current_group(dag)
    if above is None:
        return run.opaque("a group outside of any DAG", site, wild=True)
    label = plain_text(args.get("group_id"))
    if label is None:
        run.world.doubtful(run, above.dag, "SC009", "a group whose id cannot be worked out", site)
        label = "unknown_group"
    if label in above.dag.used_group_ids and (suffix or args.get("add_suffix_on_collision") is True):
        label = _next(label, above.dag.used_group_ids)
    defaults = args.get("default_args")
    prefix = args.get("prefix_group_id", True) is not False
    group = blank or GroupState(label, above.dag)
    group.label, group.dag, group.parent, group.prefix = label, above.dag, above, prefix
    group.default_args = dict(defaults) if isinstance(defaults, dict) else {}
    if group.group_id in above.dag.used_group_ids or group.group_id in above.dag.tasks:
        run.world.doubtful(run, above.dag, "SC014", f"two groups have the id {group.group_id!r}", site)
    above.children.append(group)
    above.dag.groups.append(group)
    above.dag.used_group_ids |= {
        str(group.group_id),
        f"{group.group_id}.upstream_join_id",
        f"{group.group_id}.downstream_join_id",
    }
    run.world.check_doubt(run, above.dag)
    run.world.made_at(run, above.dag, site)
    return group


def _next(label: str, used: set[str]) -> str:
    METER.spend(len(used) // 20)
    base = SUFFIX.split(label)[0]
    numbers = [
        int(u[len(base) + 2 :]) for u in used if u.startswith(f"{base}__") and u[len(base) + 2 :].isdigit()
    ]
    return f"{base}__{max(numbers) + 1}" if numbers else f"{label}__1"


@means(*CLASSES)
def task_group_call(run: Interpreter, call: Call) -> object:
    return new_group(run, arguments(call), call.site)


@dataclass(eq=False)
class GroupFunction(Thing):
    """A function with `@task_group`: each call makes a group, with what the body makes inside it."""

    function: UserFunction
    options: dict[str, object]
    given: dict[str, object] = field(default_factory=dict)

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """`override`, `partial`, `expand`, `expand_kwargs`."""
        rules = {
            "override": lambda run, call: replace(self, options={**self.options, **call.kwargs}),
            "partial": lambda run, call: replace(self, given={**self.given, **call.kwargs}),
            "expand": lambda run, call: self._expand(run, call, call.kwargs, list(call.kwargs)),
            EXPAND_KWARGS: lambda run, call: self._expand_kwargs(run, call),
        }
        return Native(name, rules[name]) if name in rules else run.attribute(self.function, name, site)

    def call(self, run: Interpreter, call: Call) -> object:
        """What the function returns, or the group when it returns nothing."""
        return self._make(run, call, {})

    def _expand_kwargs(self, run: Interpreter, call: Call) -> object:
        names = [n for n in parameters(self.function.node) if n not in self.given]
        return self._expand(run, call, {EXPAND_KWARGS: call.first("kwargs")}, names)

    def _expand(self, run: Interpreter, call: Call, over: dict[str, object], names: list[str]) -> object:
        stand_ins: dict[str, object] = {
            n: GroupItem("an item of what the group is mapped over", n) for n in names
        }
        inner = Call([], {**self.given, **stand_ins}, call.site, call.unknown, call.nodes)
        return self._make(run, inner, over)

    def _make(self, run: Interpreter, call: Call, over: dict[str, object]) -> object:
        options = {"group_id": self.function.called, **self.options}
        group = new_group(run, options, call.site, suffix=True)
        if not isinstance(group, GroupState):
            return group
        if over:
            group.over, group.nodes = dict(over), dict(call.nodes)
            group.mapped_over = tuple(ref for v in over.values() for ref in find_xcoms(v))
            run.report(
                "CF002",
                f"group {group.group_id} is mapped over {', '.join(over)}",
                call.site,
                group.dag.dag_id,
            )
        group.enter(run, call.site)
        returned = run_body(run, self.function, bind_arguments(run, self.function, call), call.site)
        group.leave(run, call.site)
        return group if returned is None else returned


@means("airflow.decorators.task_group", "airflow.decorators.task_group.task_group", "airflow.sdk.task_group")
def task_group_decorator(run: Interpreter, call: Call) -> object:
    if call.args and isinstance(call.args[0], UserFunction):
        return GroupFunction(call.args[0], {})
    options = {**dict(zip(POSITIONAL, call.args, strict=False)), **call.kwargs}

    def decorate(run: Interpreter, inner: Call) -> object:
        function = inner.first("python_callable")
        if isinstance(function, UserFunction):
            return GroupFunction(function, options)
        return run.opaque(
            "a @task_group of something that is not a function of this folder", inner.site, wild=True
        )

    return Native("task_group", decorate)
