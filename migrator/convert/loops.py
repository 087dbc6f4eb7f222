"""One step for all items of a mapped task: a loop, where the plan asks for it."""

import ast

from migrator.convert.body import Input
from migrator.convert.mapped import Fan
from migrator.convert.problem import Problem
from migrator.convert.step import Step
from migrator.ir import EXPAND_KWARGS


def looped(step: Step) -> Step:
    """The step that goes through all items itself; the same one, with a note, where that has no form."""
    fan, task_id = step.fan, step.task.task_id
    if fan is None or step.problems:
        return step
    inputs = _together(fan.body.inputs, step.body.inputs)
    if inputs is None or not _has_form(step, fan):
        text = "the plan asks for a loop, which this task has no form for: an op runs for each item"
        step.notes = (*step.notes, Problem("CF065", text, None, task_id))
        return step
    body = step.body
    own = body.lines[sum(map(len, fan.maps.values())) :]  # without what is applied to an item first
    body.lines, body.inputs = [*fan.body.lines, *own], inputs
    body.context |= fan.body.context
    body.imports |= {f"from ..runtime.mapping import {name}" for name in ("gathered", "items")}
    step.lines = (f"yield from gathered({_loop(step, fan)})",)
    step.yields, step.fan = True, None
    body.items, body.usual = {}, {}
    told = "one loop over all items: they share their tries, and the first failure ends it"
    step.notes = (*step.notes, Problem("CF062", told, None, task_id))
    return step


def _has_form(step: Step, fan: Fan) -> bool:
    """It calls a function once for an item, and nothing else."""
    alone = fan.of == step.task.task_id and step.kind == "plain" and EXPAND_KWARGS not in step.task.expand
    calls = len(step.lines) == 1 and step.lines[0].startswith("return ")
    return alone and calls and not (fan.each and any(fan.maps.values()))


def _loop(step: Step, fan: Fan) -> str:
    called = step.lines[0].removeprefix("return ")
    lists = fan.lines[0].removeprefix("return ")
    if fan.each:
        return f"{_of_item(called, set(fan.each))} for item in {lists}"
    ((name, own),) = step.body.items.items()
    found = f"items({lists})"
    for function in fan.maps.get(name, ()):
        found = f"map({function}, {found})"
    return f"{called} for {own} in {found}"


def _of_item(called: str, names: set[str]) -> str:
    """The call, with what an item has in place of parameters."""

    class Named(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            item = ast.Subscript(ast.Name("item"), ast.Constant(node.id))
            return item if node.id in names else node

    return ast.unparse(Named().visit(ast.parse(called, mode="eval")))


def _together(one: list[Input], other: list[Input]) -> list[Input] | None:
    """The inputs of both; None where they would get into each other's way."""
    found = {i.name: i for i in one}
    for given in other:
        same = found.setdefault(given.name, given)
        if (same.task_id, same.key) != (given.task_id, given.key):
            return None
    places = [(i.task_id, i.key) for i in found.values()]
    return list(found.values()) if len(set(places)) == len(places) else None
