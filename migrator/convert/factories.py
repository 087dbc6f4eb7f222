"""Steps that one place of the DAG file makes: written once, as a factory over a table, where their texts are alike."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property

import libcst as cst

from migrator.convert import naming
from migrator.convert.actions import Layout
from migrator.convert.fold import Folded, fold, shape
from migrator.convert.ground import Ground
from migrator.convert.other_dag import CALL
from migrator.convert.rendered import step_text
from migrator.convert.step import Step
from migrator.convert.tables import Tables, written_out
from migrator.convert.text import Names, StepText, docstring
from migrator.record import dataclass


def names_another(step: Step) -> bool:
    """Whether it looks for a job whose name and steps are put into its text afterwards: each has its own."""
    return any(f"{CALL}(" in line for line in (*step.lines, *step.body.lines))


@dataclass
class Factory:
    """`calls` are the expressions that make each step, by task id; `variable` holds them all, if it is set."""

    text: str
    steps: list[Step]
    variable: str = ""
    calls: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """What the factory makes."""

    inner: str  # the name of the function inside
    returns: str
    suffix: str
    listed: bool  # whether the steps are put in a list


ASSET = Kind("_asset", "dg.AssetsDefinition", "asset", True)
OP = Kind("_op", "dg.OpDefinition", "op", False)


class Factories:
    """For one file. `write` gives the text of a step as it would stand in a factory."""

    def __init__(self, ground: Ground, layout: Layout, names: Names) -> None:
        self.ground, self.names = ground, names
        self.tables = Tables(ground.source, layout, names.taken)
        self.kind = ASSET

    def make(self, kind: Kind, steps: Sequence[Step], write: Callable[[Step], StepText]) -> Iterator[Factory]:
        """The factories of these steps; the others are written one by one."""
        self.kind = kind
        groups: dict[tuple[str, int, int], list[Step]] = {}
        for step in steps:
            origin = step.task.origin
            if (step.function is None or step.copied) and not names_another(step):
                groups.setdefault((origin.file, origin.line, origin.column), []).append(step)
        for group in groups.values():
            if len(group) > 1:
                yield from self._of_group(group, write)

    def _of_group(self, group: list[Step], write: Callable[[Step], StepText]) -> Iterator[Factory]:
        alike: dict[str, list[tuple[Step, str]]] = {}
        for step in group:
            text = step_text(self.ground.source, write(step))
            alike.setdefault(shape(text), []).append((step, text))
        for found in alike.values():
            if len(found) < 2:
                continue
            folded = fold([text for _, text in found], self._called(found[0][0]), self.literals)
            if folded is not None and folded.parameters:
                yield self._factory([step for step, _ in found], folded)

    @cached_property
    def literals(self) -> frozenset[str]:
        """Texts and names of the file: an id that is one of them is not taken apart."""
        nodes = list(ast.walk(self.ground.source.tree))
        texts = {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
        return frozenset(texts | {n.name for n in nodes if isinstance(n, ast.FunctionDef)})

    def _factory(self, steps: list[Step], folded: Folded) -> Factory:
        helper = self._helper(steps[0])
        name = self._name(steps, helper)
        made = Factory(wrapped(name, folded, self.kind, ast.get_docstring(helper) if helper else None), steps)
        rows = written_out(folded)
        made.calls = {s.task.task_id: f"{name}({row})" for s, row in zip(steps, rows, strict=True)}
        if self.kind.listed:
            made.variable = self.names.make(f"{_plural(name)}")
            made.text += (
                f"\n\n{made.variable} = {self.tables.calls(name, folded, steps[0].task.origin.line)}\n"
            )
        return made

    def _name(self, steps: list[Step], helper: ast.FunctionDef | None) -> str:
        """The file's own name for it, if it has one."""
        if helper is not None and helper.name not in self.names.taken:
            return self.names.make(helper.name)
        words = [naming.identifier(s.task.task_id.rsplit(".", 1)[-1]) for s in steps]
        base = common_words(words) or (steps[0].task.function.name if steps[0].task.function else "")
        one = base.strip("<>") or "one"
        wanted = [f"{one}_{self.kind.suffix}", f"make_{one}"]
        return self.names.make(next((name for name in wanted if name not in self.names.taken), wanted[0]))

    def _helper(self, step: Step) -> ast.FunctionDef | None:
        """The function of the file that makes such tasks, and nothing else."""
        origin = step.task.origin
        around = self.ground.around(origin.line) if origin.file == self.ground.dags[0].origin.file else None
        if not isinstance(around, ast.FunctionDef) or len(self.ground.made_in(around)) != 1:
            return None
        if any(self.ground.holds(around, dag) for dag in self.ground.dags):
            return None
        return around

    def _called(self, step: Step) -> str:
        """The name in `task_id=f"load_{table}"`."""
        origin = step.task.origin
        call = (
            self.ground.source.creating_call(step.task)
            if origin.file == self.ground.dags[0].origin.file
            else None
        )
        nodes = [k.value for k in call.keywords if k.arg == "task_id"] if call else []
        names = [n for node in nodes for n in ast.walk(node) if isinstance(n, ast.Name)]
        keys = [n.slice for node in nodes for n in ast.walk(node) if isinstance(n, ast.Subscript)]
        if len(keys) == 1 and isinstance(keys[0], ast.Constant) and isinstance(keys[0].value, str):
            return naming.variable(keys[0].value)
        return names[0].id if len(names) == 1 else self._loop(origin.line)

    def _loop(self, line: int) -> str:
        """The variable of the innermost loop around a line."""
        around = self.ground.around(line)
        loops = [n for n in ast.walk(around) if isinstance(n, ast.For)] if around else []
        found = [
            n for n in loops if n.lineno <= line <= (n.end_lineno or 0) and isinstance(n.target, ast.Name)
        ]
        return found[-1].target.id if found and isinstance(found[-1].target, ast.Name) else ""


def common_words(names: Sequence[str]) -> str:
    """What all names begin with, in whole words; else what they end with."""
    split = [name.split("_") for name in names]
    start = (
        [w[0] for w in zip(*split, strict=False) if len(set(w)) == 1]
        if len({s[0] for s in split}) == 1
        else []
    )
    end = [w[0] for w in zip(*(s[::-1] for s in split), strict=False) if len(set(w)) == 1]
    found = "_".join(start) if start else "_".join(reversed(end)) if len({s[-1] for s in split}) == 1 else ""
    return found.strip("_")


def _plural(name: str) -> str:
    name = re.sub(r"_\d+$", "", name)  # what told it apart from another factory
    if name.startswith(("make_", "build_", "create_")):
        name = name.partition("_")[2]
    return f"{name}es" if name.endswith(("s", "x", "ch", "sh")) else f"{name}s"


def wrapped(name: str, folded: Folded, kind: Kind, doc: str | None) -> str:
    """The factory function around the text of one step."""
    return indented(name, folded, kind.returns, doc, f"return {kind.inner}")


def indented(name: str, folded: Folded, returns: str, doc: str | None, end: str) -> str:
    """A function with the parameters of a text, and the text as its body; texts of several lines stay as they are."""
    kinds = zip(folded.parameters, folded.kinds, strict=True)
    parameters = ", ".join(f"{p}: {k}" if k else p for p, k in kinds)
    told = f"    {docstring(doc)}\n" if doc and "\n" not in doc else ""
    outer = cst.parse_module(f"def {name}({parameters}) -> {returns}:\n{told}    {end or 'pass'}\n").body[0]
    assert isinstance(outer, cst.FunctionDef) and isinstance(outer.body, cst.IndentedBlock)
    inner = cst.parse_module(folded.text)
    last = outer.body.body[-1:] if end else ()
    body = [*outer.body.body[:-1], *inner.body, *last]
    made: str = cst.Module([outer.with_changes(body=outer.body.with_changes(body=body))]).code
    return made


def factories_first(names: Mapping[str, str], factories: Sequence[Factory]) -> list[str]:
    """What holds the steps, in their order: a variable each, or the list that a factory gave."""
    held = {s.task.task_id: f"*{factory.variable}" for factory in factories for s in factory.steps}
    return list(dict.fromkeys(held.get(task_id, name) for task_id, name in names.items()))
