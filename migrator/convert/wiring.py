"""The body of a job: each op is called with what the ops before it put out; what is mapped runs once for each item."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from migrator.convert import naming, text
from migrator.convert.items import is_whole
from migrator.convert.mapped import Fan
from migrator.convert.problem import Problem
from migrator.convert.step import Step
from migrator.convert.text import Names
from migrator.ir import Dag, Task
from migrator.ir.outcomes import in_order, scopes
from migrator.record import dataclass
from migrator.runtime.airflow_names import free

ITEM = "item"


@dataclass(frozen=True)
class Unit:
    """What is called at once: a task, or all tasks of what is mapped, which `fan` makes the items of."""

    tasks: tuple[Task, ...]
    fan: Fan | None = None


def units(dag: Dag, steps: Mapping[str, Step]) -> list[Unit]:
    """The units, each after those before it; without those that wait for themselves (`between`)."""
    tasks = in_order(dag)
    owner = {t.task_id: fan.of if (fan := steps[t.task_id].fan) else t.task_id for t in tasks}
    members: dict[str, list[Task]] = {}
    for task in tasks:
        members.setdefault(owner[task.task_id], []).append(task)
    above = {
        of: {owner[up] for task in inside for up in before(dag, steps[task.task_id])} - {of}
        for of, inside in members.items()
    }
    found: list[Unit] = []
    done: set[str] = set()
    while ready := [of for of in members if of not in done and above[of] <= done]:
        done |= set(ready)
        found += [Unit(tuple(members[of]), steps[members[of][0].task_id].fan) for of in ready]
    return found


def between(dag: Dag, read: Sequence[Step]) -> list[Problem]:
    """A task that lies between two of a mapped group: it waits for all items, and each item waits for it."""
    called = {task.task_id for unit in units(dag, {s.task.task_id: s for s in read}) for task in unit.tasks}
    if not any(s.fan for s in read) or len(called) == len(read):
        return []
    outside = [s.task.task_id for s in read if not s.fan and s.task.task_id not in called]
    text = f"{outside[0] if outside else 'a task'} lies between two tasks of a mapped group"
    return [Problem("CF069", text, None, outside[0] if outside else None)]


def before(dag: Dag, step: Step) -> set[str]:
    """All tasks whose ends or values a step sees, its fan's as well."""
    made_of = step.fan.body.inputs if step.fan else []
    read = {i.task_id for i in [*step.body.inputs, *made_of]}
    return {*step.task.upstream, *scopes(dag)[step.task.task_id], *read}


class Ops(Protocol):
    """What the lines have to know of the ops."""

    functions: dict[str, str]  # by task
    fans: dict[str, str]  # by task or group
    outcomes: set[str]  # the tasks whose ops tell how they ended

    def called(self, task_id: str) -> str:
        """The op, as it is called in the job."""

    def pushed(self, step: Step, key: str) -> str:
        """The output that holds what a step pushed under a key."""

    def arm_names(self, step: Step) -> dict[str, str]:
        """The output for each follower of a branch."""


class Wiring:
    """Writes the lines."""

    def __init__(self, dag: Dag, steps: Mapping[str, Step], ops: Ops, names: Names) -> None:
        self.dag, self.steps, self.ops, self.names = dag, steps, ops, names
        self.functions, self.fans, self.outcomes = ops.functions, ops.fans, ops.outcomes
        self.scopes = scopes(dag)
        self.units = units(dag, steps)
        self.unit = {t.task_id: unit for unit in self.units for t in unit.tasks}
        self.reads = [
            (reader, given.task_id, given.key)
            for reader, step in steps.items()
            for given in [*step.body.inputs, *(step.fan.body.inputs if step.fan else [])]
        ] + [
            (t.task_id, up, "return_value")
            for t in dag.tasks
            for up in [*sorted(t.upstream | self.scopes[t.task_id])]
        ]
        self.results = self._result_names()

    def lines(self) -> list[str]:
        """All lines, in order."""
        found: list[str] = []
        for unit in self.units:
            found += self._mapped(unit) if unit.fan else [self._plain(unit.tasks[0], self.read_outside)]
        return found

    def _plain(self, task: Task, used: Iterable[str]) -> str:
        called = self._call(task)
        return f"{self.results[task.task_id]} = {called}" if task.task_id in used else called

    def _call(self, task: Task) -> str:
        return f"{self.ops.called(task.task_id)}({', '.join(self.wires(self.steps[task.task_id]))})"

    # ------------------------------------------------------------------ what is mapped
    def _mapped(self, unit: Unit) -> list[str]:
        """The fan, and what follows it for each item."""
        assert unit.fan is not None
        item = self._item_name(unit)
        made = f"{self.fans[unit.fan.of]}({', '.join(self._fan_wires(unit))})"
        shown = self._shown(unit)
        targets = ", ".join(self._gathered(t, key) for t, key in shown)
        lines: list[str] = []
        if len(unit.tasks) == 1 and all(key == "return_value" for _, key in shown):
            function = f"lambda {item}: {self._call(unit.tasks[0])}.outcome"
        else:
            lines, function = self._function(unit, item, shown)
        mapped = f"{made}.map({function})"
        return [*lines, f"{targets} = {mapped}" if targets else mapped]

    def _function(self, unit: Unit, item: str, shown: list[tuple[str, str]]) -> tuple[list[str], str]:
        """A function that calls all ops of a mapped group for one item."""
        assert unit.fan is not None
        wanted = naming.identifier(unit.fan.of.rsplit(".", 1)[-1])
        name = free(wanted, {*self.functions.values(), *self.fans.values(), *self.results.values()})
        used = {up for reader, up, _ in self.reads if self.unit[reader] is unit} | {t for t, _ in shown}
        lines = [f"    {self._plain(task, used)}" for task in unit.tasks]
        given = [self._output(t, key, None) for t, key in shown]
        returned = [f"    return {', '.join(given)}"] if given else []
        return [f"def {name}({item}):", *lines, *returned], name

    def _item_name(self, unit: Unit) -> str:
        assert unit.fan is not None
        task = unit.tasks[0]
        names = [v for t in unit.tasks for v in self.steps[t.task_id].body.items.values()]
        wanted = names[0] if names and is_whole(self.dag, task) else ITEM
        return free(wanted, {*self.functions.values(), *self.fans.values(), *self.results.values()})

    def _shown(self, unit: Unit) -> list[tuple[str, str]]:
        """What others read of a mapped unit: task and key."""
        mine = {t.task_id for t in unit.tasks}
        wanted = {(up, key) for reader, up, key in self.reads if up in mine and reader not in mine}
        return sorted(wanted, key=lambda pair: ([t.task_id for t in unit.tasks].index(pair[0]), pair[1]))

    def _gathered(self, task_id: str, key: str) -> str:
        """The variable for what all instances of a mapped task put out."""
        name = self.results[task_id]
        return name if key == "return_value" else f"{name}_{naming.variable(key)}"

    def _fan_wires(self, unit: Unit) -> list[str]:
        assert unit.fan is not None
        fan, task = unit.fan, unit.tasks[0]
        wires = [f"{i.name}={self._output(i.task_id, i.key, task.task_id)}" for i in fan.body.inputs]
        if fan.of == task.task_id:  # of a group, each task decides by its own rule
            wires += [f"{name}={given}" for name, given in self._after(task.task_id).items()]
        return wires

    # ------------------------------------------------------------------ one op
    @property
    def read_outside(self) -> set[str]:
        """The tasks of which something is read."""
        return {up for _, up, _ in self.reads}

    def wires(self, step: Step) -> list[str]:
        """What an op is called with."""
        task, unit = step.task, self.unit[step.task.task_id]
        wires = self._items(step, unit)
        wires += [f"{i.name}={self._output(i.task_id, i.key, task.task_id)}" for i in step.body.inputs]
        if task.task_id not in self.outcomes:
            ordered = self.order_only(step)
            return wires + [
                f"{name}={self._output(up, 'return_value', task.task_id)}" for name, up in ordered.items()
            ]
        if unit.fan and unit.fan.of == task.task_id:
            return wires  # its fan waits for all else
        return wires + [f"{name}={given}" for name, given in self._after(task.task_id).items()]

    def _items(self, step: Step, unit: Unit) -> list[str]:
        """The input that gets the item of a mapped step."""
        if unit.fan is None:
            return []
        item = self._item_name(unit)
        if step.body.items:
            return [f"{ITEM if unit.fan.each else next(iter(step.body.items.values()))}={item}"]
        return [f"after={item}"] if unit.fan.of == step.task.task_id else []

    def also(self, task_id: str) -> tuple[str, ...]:
        """The further inputs for the ends of tasks: what depends on an item cannot be one of a list."""
        return tuple(name for name in self._after(task_id) if name != "after")

    def _after(self, task_id: str) -> dict[str, str]:
        """The inputs that only tell how tasks ended."""
        step, unit = self.steps[task_id], self.unit[task_id]
        own = unit.fan is not None and unit.fan.of == task_id
        inputs = unit.fan.body.inputs if own and unit.fan else step.body.inputs
        above = sorted((step.task.upstream | self.scopes[task_id]) - {i.task_id for i in inputs})
        given = {up: self._output(up, "return_value", task_id) for up in above}
        alone = {f"after_{naming.identifier(up)}": given[up] for up in above if self.unit[up].fan}
        if unit.fan and not own and not step.body.items:
            alone = {f"after_{ITEM}": self._item_name(unit), **alone}
        plain = [given[up] for up in above if not self.unit[up].fan]
        if len(alone) == 1 and not plain:
            return {"after": next(iter(alone.values()))}
        found = {"after": plain[0] if len(plain) == 1 else text.listed(plain)} if plain else {}
        return {**found, **alone}

    def _is_collected(self, task_id: str, reader: str) -> bool:
        unit = self.unit[task_id]
        return unit.fan is not None and unit is not self.unit[reader]

    def order_only(self, step: Step) -> dict[str, str]:
        """The inputs of a plain op that only keep the order: name → task."""
        read = {i.task_id for i in step.body.inputs}
        above = sorted(step.task.upstream - read)
        return {"after" if len(above) == 1 else f"after_{naming.identifier(up)}": up for up in above}

    def _output(self, task_id: str, key: str, reader: str | None) -> str:
        """What a step puts out for one of its readers; None: for all that reads its outcome."""
        step, name = self.steps[task_id], self.results[task_id]
        if reader is not None and self._is_collected(task_id, reader):
            return f"{self._gathered(task_id, key)}.collect()"
        if step.kind == "branch" and key == "return_value":
            return f"{name}.{self.ops.arm_names(step).get(reader or '', 'outcome')}"
        if key != "return_value":
            return f"{name}.{self.ops.pushed(step, key)}"
        if task_id not in self.outcomes:
            return f"{name}.result" if step.body.pushes and step.body.returns else name
        return f"{name}.outcome" if reader is None or reader in self.outcomes else f"{name}.result"

    def _result_names(self) -> dict[str, str]:
        """A local name for what each op puts out; it must not hide the op."""
        functions = {*self.functions.values(), *self.fans.values()}
        found: dict[str, str] = {}
        for task_id in self.steps:
            wanted = self.names.variables.get(task_id) or naming.variable(task_id.rsplit(".", 1)[-1])
            if wanted in functions:
                wanted = f"{wanted}_done"
            found[task_id] = free(wanted, functions | set(found.values()))
        return found
