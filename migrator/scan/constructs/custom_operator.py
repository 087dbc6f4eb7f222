"""Operators that the scanned folder defines: their `__init__` is read for what it hands on to Airflow's class."""

from migrator.scan.constructs.mapped import Partial
from migrator.scan.constructs.operator import PLACING, create, defaults, is_operator, place, without_id
from migrator.scan.edges import follow
from migrator.scan.evaluator.functions import bind_arguments, parameters, run_body
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import (
    Call,
    External,
    Native,
    Opaque,
    Site,
    Thing,
    UserClass,
    UserFunction,
)
from migrator.scan.states import SET_BY_BASE
from migrator.scan.world import TaskState


def operator_base(of: UserClass) -> External | None:
    """The operator class of Airflow that a user's class descends from, if it does."""
    for base in of.outside():
        if isinstance(base, External) and is_operator(base.name):
            return base
    return None


def dotted(of: UserClass) -> str:
    """The class as it would be imported."""
    module = of.source.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return f"{module}.{of.name}"


def initialiser(made: Thing, init: UserFunction) -> Native:
    """An `__init__` of a user's class, for an object that is being made."""

    def do(run: Interpreter, call: Call) -> None:
        wanted: dict[str, object] = {}
        if isinstance(
            made, TaskState
        ):  # Airflow fills each constructor's parameters from the default arguments
            filled = defaults(*place(run, call.kwargs), call.kwargs.get("default_args"))
            wanted = {n: filled[n] for n in parameters(init.node) if n in filled and n not in call.kwargs}
        inner = Call([made, *call.args], {**wanted, **call.kwargs}, call.site, call.unknown, call.nodes)
        run_body(run, init, bind_arguments(run, init, inner), call.site)

    return Native("__init__", do)


def create_custom(
    run: Interpreter, of: UserClass, base: External, call: Call, mapped: bool = False
) -> object:
    """A task of a user's operator class: its `__init__` is read, and what it hands on makes the task."""
    task = TaskState("", dotted(of), call.site, mapped=mapped, of=of, templates=template_fields(of))
    init = of.find("__init__")
    if not isinstance(init, UserFunction) or mapped:
        return create(run, dotted(of), call, mapped, task)
    named = _named(init, call)
    made: list[object] = []

    def hand_on(run: Interpreter, handed: Call) -> None:
        if not made:
            made.append(_make(run, task, named, handed, call))

    task.base_init = Native("__init__", hand_on)
    with run.once():
        run.call(initialiser(task, init), call)
    if not made:
        hand_on(run, call)
    task.base_init = None
    if task.task_id:
        _follow_templates(run, task, call)
    return made[0]


def _make(run: Interpreter, task: TaskState, named: dict[str, object], handed: Call, call: Call) -> object:
    if "task_id" not in handed.kwargs and handed.unknown:
        return without_id(run, place(run, handed.kwargs)[0], handed)
    placed = {k: v for k, v in handed.kwargs.items() if k in PLACING}
    filled = defaults(*place(run, placed), placed.get("default_args"))
    task.effective = {n: handed.kwargs.get(n, filled.get(n)) for n in SET_BY_BASE}
    task.keywords_to_base = handed.kwargs
    kept = Call([], {**named, **placed}, call.site, call.unknown, call.nodes)
    return create(run, task.operator, kept, False, task)


def template_fields(of: UserClass) -> tuple[str, ...] | None:
    """The names in which Airflow looks for XComs; None where they are not known, or are the base's as well."""
    found = of.find("template_fields")
    if isinstance(found, (list, tuple)) and all(isinstance(f, str) for f in found):
        return tuple(str(f) for f in found)
    direct = all(b.name.endswith(".BaseOperator") for b in of.outside() if isinstance(b, External))
    return () if found is None and direct else None


def _follow_templates(run: Interpreter, task: TaskState, call: Call) -> None:
    """Edges from the XComs that ended up in a template field."""
    if task.templates is None:
        values = [*task.attributes.values(), *task.args.values(), *task.keywords_to_base.values()]
    else:
        names = (n for n in task.templates)
        values = [task.attributes.get(n, task.keywords_to_base.get(n)) for n in names]
    follow(run, task, values, call.site)


def _named(init: UserFunction, call: Call) -> dict[str, object]:
    """The arguments of the call by name, positional ones too."""
    names = parameters(init.node)[1:]
    return {**dict(zip(names, call.args, strict=False)), **call.kwargs}


def class_method(run: Interpreter, of: UserClass, name: str, site: Site) -> object | None:
    """`MyOperator.partial`."""
    if name != "partial" or (base := operator_base(of)) is None:
        return None
    return Native(
        name, lambda run, call: Partial(lambda run, c: create_custom(run, of, base, c, mapped=True), call)
    )


__all__ = ["Opaque", "create_custom", "operator_base"]
