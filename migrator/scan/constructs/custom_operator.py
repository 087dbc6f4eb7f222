"""Operators that the scanned folder defines: their `__init__` is read for what it hands on to Airflow's class."""

from migrator.scan.constructs.mapped import Partial
from migrator.scan.constructs.operator import PLACING, create, defaults, is_operator, place, without_id
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
from migrator.scan.world import TaskState

SET_BY_BASE = ("trigger_rule", "retries", "retry_delay", "pool")


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


class Making(Thing):
    """`self` while the `__init__` of a user's operator is read."""

    def __init__(self, of: UserClass) -> None:
        self.of = of
        self.attributes: dict[str, object] = {}
        self.handed: Call | None = None
        self.base_init = Native("__init__", self._base)

    def _base(self, run: Interpreter, call: Call) -> None:
        self.handed = call

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """What `__init__` has set so far, or what the class has."""
        if name in self.attributes:
            return self.attributes[name]
        found = self.of.find(name)
        if isinstance(found, UserFunction):
            return Native(name, lambda run, call: run.opaque(f"what {name} returns", call.site))
        return found if found is not None else run.opaque(f"attribute {name!r} of an operator", site)

    def assign(self, run: Interpreter, name: str, value: object, site: Site) -> None:
        """An attribute of the operator."""
        self.attributes[name] = value

    def describe(self) -> str:
        """For messages."""
        return f"an operator of class {self.of.name}"


def create_custom(
    run: Interpreter, of: UserClass, base: External, call: Call, mapped: bool = False
) -> object:
    """A task of a user's operator class."""
    init = of.find("__init__")
    if not isinstance(init, UserFunction) or mapped:
        return create(run, dotted(of), call, mapped)
    dag, group = place(run, call.kwargs)
    filled = defaults(dag, group, call.kwargs.get("default_args"))
    wanted = {n: filled[n] for n in parameters(init.node) if n in filled and n not in call.kwargs}
    making = Making(of)
    inner = Call([making, *call.args], {**wanted, **call.kwargs}, call.site, call.unknown, call.nodes)
    with run.once():
        run_body(run, init, bind_arguments(run, init, inner), call.site)
    handed = making.handed.kwargs if making.handed else call.kwargs
    if making.handed and "task_id" not in handed and making.handed.unknown:
        return without_id(run, dag, making.handed)
    placed = {k: v for k, v in handed.items() if k in PLACING}
    task = create(
        run, dotted(of), Call([], {**_named(init, call), **placed}, call.site, call.unknown, call.nodes)
    )
    if isinstance(task, TaskState):
        task.effective = {n: handed[n] for n in SET_BY_BASE if n in handed}
    return task


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
