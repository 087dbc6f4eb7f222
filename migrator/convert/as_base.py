"""A class of the users' own that only gives other arguments to an operator of Airflow: its tasks are that operator's.

class TeamBash(BashOperator):
    def __init__(self, *, script, **kwargs):
        super().__init__(bash_command=f"python {script}", **kwargs)
"""

import ast
from collections.abc import Container
from dataclasses import replace

from migrator.convert.bases import BASES, TOLD
from migrator.convert.own_class import OwnClass, stores
from migrator.convert.own_fields import names_of
from migrator.convert.own_init import OF_BASE, OF_SENSORS, Inits, Unfit, inits_of
from migrator.ir import Code, Task, Template, Unknown, Value, walk
from migrator.record import dataclass

# What these render, or may render, in some version of Airflow.
FIELDS = {
    "BashOperator": frozenset({"bash_command", "env"}),
    "PythonOperator": frozenset({"op_args", "op_kwargs", "templates_dict"}),
}


@dataclass(frozen=True)
class Plainly:
    """The same task as one of Airflow's operator, and the call that would make it."""

    task: Task
    call: ast.Call


def plainly(task: Task, of: OwnClass, call: ast.Call, known: Container[str]) -> Plainly | None:
    """None where the class is made from an operator without a rule. Raises Unfit where it does more."""
    if of.base in BASES:
        return as_handed_on(task, of, call)
    if of.base not in known:
        return None
    name = of.base.rpartition(".")[2]
    if of.others:
        raise Unfit("OP067", f"it is made from {of.others[0]} as well")
    for link in of.links:
        if link.node.decorator_list or link.node.keywords:
            raise Unfit("OP067", f"{link.node.name} has a decorator or a metaclass")
    if more := sorted(of.names - _set_by_init(of) - TOLD - {"__init__"}):
        raise Unfit("OP067", f"it has a `{more[0]}` of its own, and {name} may use that")
    inits = Inits(of)
    given = _given(task, of, inits)
    _check_templates(of, name, given)
    kept = [k for k in call.keywords if k.arg and given.get(k.arg) == task.args.get(k.arg)]
    plain = ast.copy_location(ast.Call(func=call.func, args=[], keywords=kept), call)
    return Plainly(replace(task, operator=of.base, args=given), plain)


def as_handed_on(task: Task, of: OwnClass, call: ast.Call) -> Plainly:
    """The arguments of Airflow's base as the constructors hand them on. Raises Unfit where that is not known."""
    inits = inits_of(of)
    if isinstance(inits, Unfit):
        raise inits
    if task.handed is None:
        if inits.sets:
            raise Unfit("OP069", f"it sets `{min(inits.sets)}` of Airflow's base itself")
        return Plainly(task, call)
    names = OF_BASE | OF_SENSORS
    changed = {n: v for n, v in task.handed.items() if n in names and task.args.get(n) != v}
    for name, value in changed.items():
        kept = name in task.args and inits.takes(name)
        if kept or any(isinstance(v, (Code, Unknown)) for v in walk(value)):
            raise Unfit("OP069", f"it sets `{name}` of Airflow's base itself")
    plain = [k for k in call.keywords if k.arg not in changed]
    own = task.own | changed.keys()
    return Plainly(
        replace(task, args={**task.args, **changed}, own=own),
        ast.copy_location(ast.Call(func=call.func, args=[], keywords=plain), call),
    )


def _set_by_init(of: OwnClass) -> set[str]:
    return {name for _, method in of.defined if method.name == "__init__" for name, _ in stores(method)}


def _given(task: Task, of: OwnClass, inits: Inits) -> dict[str, Value]:
    """The arguments that Airflow's class gets."""
    if not inits.levels:
        return dict(task.args)
    if task.mapped or task.handed is None:
        raise Unfit("OP067", "what its __init__ hands on is not known")
    if task.function is not None and "python_callable" not in task.args:
        raise Unfit("OP067", "its __init__ says which function it calls")
    usual = {n: v for n, v in task.args.items() if n not in task.own and n not in inits.names}
    given = {**usual, **task.handed}
    for name, value in task.handed.items():
        if task.args.get(name) != value and any(isinstance(v, (Code, Unknown)) for v in walk(value)):
            raise Unfit("OP067", f"what its __init__ hands on as `{name}` is not known")
    if changed := sorted(_set_by_init(of) & (given.keys() | OF_BASE)):
        raise Unfit("OP069", f"its __init__ sets `{changed[0]}`")
    return given


def _check_templates(of: OwnClass, name: str, given: dict[str, Value]) -> None:
    """Other template fields than those of Airflow's class."""
    if not of.attribute("template_fields") and not of.attribute("template_ext"):
        return
    rendered = any(isinstance(v, Template) for value in given.values() for v in walk(value))
    fields = frozenset(names_of(of, "template_fields")) if of.attribute("template_fields") else frozenset()
    if rendered and (of.attribute("template_ext") or not FIELDS.get(name, frozenset({""})) <= fields):
        raise Unfit("OP068", f"it has other template fields than {name}")
