"""A task of the users' own operator class: the step makes the object, with its arguments, and calls what does the work.

    Load(task_id="load", table="orders_{{ ds }}", retries=3)
    → Load(table=f"orders_{context.partition_key}").execute({"ti": task_instance})

The class itself moves without its base in Airflow (`own_text.py`). What it asks of that base, or has Airflow do for it,
is a reason why its tasks stay in Airflow.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, lru_cache

from migrator.convert.asked import reached
from migrator.convert.bases import BASES, METHODS, SKIP
from migrator.convert.called import nothing
from migrator.convert.own_class import Link, Method, OwnClass, stores
from migrator.convert.own_context import OwnBody, asked_by, reads
from migrator.convert.own_init import OF_BASE, OF_SENSORS, Inits, Unfit, inits_of
from migrator.convert.own_templates import Arguments
from migrator.convert.registry import Args, Fragment, Rule
from migrator.convert.scope import Scope, Setting
from migrator.convert.source import Source, names_in, names_read
from migrator.convert.waiting import fresh, waits
from migrator.ir import Dag, Task, constant
from migrator.scan.tree import walk

GIVEN = frozenset({"task_id", "dag_id"})  # what an object can be told of its task
OF_OPERATOR = frozenset({"log", "__class__", "__name__", "__qualname__", "__module__", "__doc__"})
# What Airflow calls at other times, or needs of the class while the task runs.
CALLED_BY_AIRFLOW = frozenset(
    [
        *("on_kill", "pre_execute", "post_execute", "execute_complete", "resume_execution", "defer"),
        *("prepare_for_execution", "render_template_fields", "render_template", "get_template_env"),
        *("prepare_template", "resolve_template_files", "__setattr__", "__getattr__", "__getattribute__"),
        *("operator_extra_links", "start_trigger_args", "start_from_trigger", "__new__", "dry_run"),
        *("get_openlineage_facets_on_start", "get_openlineage_facets_on_complete", "next_callable"),
        *(
            "set_upstream",
            "set_downstream",
            "update_relative",
            "output",
            "partial",
            "add_inlets",
            "add_outlets",
        ),
    ]
)


def own_operator(of: OwnClass, spelled: str, args: Args, scope: OwnBody) -> Fragment | None:
    """The body of the step; None after a problem was noted."""
    try:
        return _Step(of, spelled, args, scope).fragment()
    except Unfit as why:
        name = of.links[0].node.name
        scope.refuse(why.code, f"{name}: {why.message}")
        return None


class _Step:
    def __init__(self, of: OwnClass, spelled: str, args: Args, scope: OwnBody) -> None:
        self.of, self.spelled, self.args, self.scope = of, spelled, args, scope
        if isinstance(known := _known(of), Unfit):
            raise known
        self.inits, self.base = known, BASES[of.base]
        self.read = {name for _, method in of.defined for name in reads(method)}

    def fragment(self) -> Fragment | None:
        found = self.of.method(self.base.calls)
        if found is None:
            raise Unfit("OP067", f"it has no `{self.base.calls}`")
        arguments = Arguments(self.of, self.inits, self.scope)
        given = [*arguments.texts(self.args), *self._names()]
        for name in sorted({n for text in given for n in names_in(f"f({text})")}):
            if self.scope.source.from_airflow(name):
                self.scope.refuse(*self.scope.source.why_airflow(name))
        made, before = f"{self.spelled}({', '.join(given)})", []
        if arguments.after or self.base.kind == "sensor":
            local = fresh("sensor" if self.base.kind == "sensor" else "operator", self.scope)
            made, before = local, [f"{local} = {made}", *arguments.set_after(local)]
        context = asked_by(self.of, self.base.calls, arguments.constants())
        text = self.scope.context_of(context, found[1])
        if text is None or self.scope.body.problems:
            return None
        self.scope.body.skips = _ends_with(self.of, SKIP)
        if _may_fail_after(self.of):
            self.scope.body.halfway |= {key for key, _ in self.scope.body.pushes}
        if self.base.kind == "sensor":
            return self._waiting(f"lambda: {made}.poke({text})", before)
        found_lines = self._called(f"{made}.{self.base.calls}({text})", found[1])
        return replace(found_lines, lines=(*before, *found_lines.lines))

    def _names(self) -> Iterator[str]:
        """What the object is told of its task, because it reads that."""
        task, dag = self.scope.task, self.scope.dag
        for name, value in (("task_id", task.task_id), ("dag_id", dag.dag_id)):
            if name in self.read and not self.inits.required(name):
                if name == "task_id" and "task_id" in self.inits.given and task.group is None:
                    continue  # the class says so itself
                if not self.inits.hands_on(name):
                    raise Unfit("OP067", f"it reads `self.{name}`, which its __init__ hands on to nobody")
                yield f"{name}={value!r}"
        if self.inits.required("task_id"):
            yield f"task_id={task.task_id!r}"

    def _called(self, call: str, method: Method) -> Fragment:
        body, kind = self.scope.body, self.base.kind
        wanted = constant(self.scope.task.args.get("do_xcom_push")) is not False
        kept = kind == "branch" or (wanted and _returns(method))
        pushed = "".join(f", {name}" for _, name in body.pushes)
        if not kept:
            return Fragment((call,))
        if not pushed:
            return Fragment((f"return {call}",), returns=True, kind=kind)
        local = fresh("result", self.scope)
        return Fragment((f"{local} = {call}", f"return {local}{pushed}"), returns=True, kind=kind)

    def _waiting(self, look: str, before: list[str]) -> Fragment | None:
        """An object that is made once, and asked again and again."""
        if self.scope.body.pushes:
            raise Unfit("OP067", "a sensor that pushes XComs")
        if constant(self.scope.task.args.get("mode")) == "reschedule" and _keeps_state(self.of):
            raise Unfit(
                "OP067", "it keeps something between two looks, which Airflow forgets in mode `reschedule`"
            )
        imported = [name for link in self.of.links for name in link.source.imports.values()]
        value = any(name.endswith(".PokeReturnValue") for name in imported)
        skips = self.scope.body.skips
        return waits(look, self.args, self.scope, before=before, value=value, skipping=skips)


@lru_cache(maxsize=16)
def _known(of: OwnClass) -> Inits | Unfit:
    try:
        _check(of)
    except Unfit as why:
        return why
    return inits_of(of)


def _check(of: OwnClass) -> None:
    """What the class needs of Airflow, as its text tells."""
    if of.base not in BASES:
        raise Unfit("OP044", f"no rule for classes that are made from {of.base}")
    if of.others:
        raise Unfit("OP067", f"it is made from {of.others[0]} as well")
    for link in of.links:
        if link.node.decorator_list or link.node.keywords:
            raise Unfit("OP067", f"{link.node.name} has a decorator or a metaclass")
        if any(isinstance(s, ast.AsyncFunctionDef) for s in link.node.body):
            raise Unfit("OP067", f"{link.node.name} has methods that are coroutines")
    called = sorted(of.names & CALLED_BY_AIRFLOW)
    if called:
        raise Unfit("OP067", f"Airflow uses its `{called[0]}`")
    base = BASES[of.base].calls
    if base != "execute" and "execute" in of.names:
        raise Unfit("OP067", f"it has an `execute` beside `{base}`")
    for link, method in of.defined:
        _check_method(of, link, method)


def _check_method(of: OwnClass, link: Link, method: Method) -> None:
    where = f"{link.node.name}.{method.name}"
    if method.name in METHODS and any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in walk(method)):
        raise Unfit("OP067", f"{where} yields")
    for name in sorted(reads(method)):
        if not name:
            raise Unfit("OP067", f"{where} hands its object on as a whole")
        if name not in of.names | OF_OPERATOR | GIVEN:
            raise Unfit("OP067", f"{where} asks Airflow's base for `{name}`")
    for name, _ in stores(method):
        of_sensors = OF_SENSORS if BASES[of.base].kind == "sensor" else frozenset[str]()
        if name in OF_BASE | of_sensors | {"template_fields", "template_ext"}:
            raise Unfit("OP069", f"{where} sets `{name}`, which is of Airflow's base")


def _returns(method: Method) -> bool:
    """Whether a method gives a value somewhere."""
    found = [n.value for n in walk(method) if isinstance(n, ast.Return) and n.value is not None]
    return any(not (isinstance(value, ast.Constant) and value.value is None) for value in found)


@lru_cache(maxsize=16)
def _may_fail_after(of: OwnClass) -> bool:
    """Whether it is seen to raise an error after it has pushed something."""
    for _, method in of.defined:
        nodes = walk(method)
        pushes = [n.lineno for n in nodes if isinstance(n, ast.Attribute) and n.attr == "xcom_push"]
        raises = [n.lineno for n in nodes if isinstance(n, (ast.Raise, ast.Assert))]
        if pushes and any(line > min(pushes) for line in raises):
            return True
    return False


@lru_cache(maxsize=16)
def _ends_with(of: OwnClass, errors: frozenset[str]) -> bool:
    """Whether its text, or that of a function beside it, raises one of these."""
    for link in of.links:
        parts: list[ast.AST] = [link.node, *reached(names_read(link.node), link.source)]
        for node in (n for part in parts for n in walk(part)):
            if isinstance(node, (ast.Name, ast.Attribute)) and link.source.qualified(node) in errors:
                return True
    return False


def _keeps_state(of: OwnClass) -> bool:
    return any(method.name != "__init__" and any(True for _ in stores(method)) for _, method in of.defined)


def arguments_of_all(dag: Dag, source: Source) -> Callable[[], frozenset[str]]:
    """The names of the arguments of all operator classes of the repository that a DAG has tasks of."""

    @cache
    def names() -> frozenset[str]:
        here = [t for t in dag.tasks if t.origin.file == dag.origin.file]
        calls = [call for t in here if (call := source.creating_call(t))]
        classes = {of for call in calls if (of := source.classes(call.func))}
        found = [inits for of in classes if isinstance(inits := inits_of(of), Inits)]
        return frozenset({name for inits in found for name in inits.names})

    return names


def own_rule(task: Task, setting: Setting, call: ast.Call | None) -> tuple[Rule, OwnBody] | None:
    """The rule for a task of a class of the repository, and the body that it fills."""
    of = setting.source.classes(call.func) if call is not None else None
    if of is None or call is None:
        return None
    spelled, name = ast.unparse(call.func), ast.unparse(call.func).partition(".")[0]
    scope = OwnBody(setting, task, nothing(), call)
    scope.taken.add(name)

    def rule(args: Args, _: Scope) -> Fragment | None:
        if of.base in BASES and setting.source.from_airflow(name):
            scope.refuse(*setting.source.why_airflow(name))
            return None
        return own_operator(of, spelled, args, scope)

    return rule, scope
