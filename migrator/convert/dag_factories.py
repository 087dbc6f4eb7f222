"""DAGs that one place of a file makes: written once, as a function that returns the definitions of one of them."""

import ast
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from migrator.convert import naming
from migrator.convert.decide import Decision, FileDecision
from migrator.convert.factories import Factories, common_words, indented
from migrator.convert.fold import Folded, fold
from migrator.convert.ground import Ground
from migrator.convert.rendered import step_text
from migrator.convert.step import Step, in_order
from migrator.convert.text import DagText, Names, call, listed
from migrator.record import dataclass

if TYPE_CHECKING:
    from migrator.convert.assets import AssetWriter
    from migrator.convert.jobs import JobWriter

MOST = 8  # parameters
# What stands beside a job, called after it.
KINDS = ("schedule", "sensor", "failed", "succeeded", "failure_alert", "stale_alert")
END = sys.maxsize  # the line: what is called at the end of the module may use any table of it


@dataclass(frozen=True)
class Written:
    """One DAG as its writer has it."""

    decision: Decision
    writer: "AssetWriter | JobWriter"
    made: DagText


@dataclass(frozen=True)
class DagFactory:
    """`text` is the function; `definitions` an expression that is a list of what it returns."""

    text: str
    definitions: str
    dags: tuple[Written, ...]


Write = Callable[[Decision, Names], Written]


def dag_factories(
    file: FileDecision, names: Names, jobs: Mapping[str, str], write: Write
) -> list[DagFactory]:
    """What is made of the DAGs that share their origin and their form. `jobs`: their names, by DAG."""
    groups: dict[tuple[int, int, str], list[Decision]] = {}
    for decision in file.dags:
        dag = decision.dag
        if decision.level != "lift" and file.ground and file.ground.made_inside(dag):
            groups.setdefault((dag.origin.line, dag.origin.column, decision.level), []).append(decision)
    makers = (_Maker(file, names, jobs, write) for _ in groups)
    found = [
        maker.make(group) for maker, group in zip(makers, groups.values(), strict=True) if len(group) > 1
    ]
    return [one for one in found if one is not None]


@dataclass(frozen=True)
class _Maker:
    file: FileDecision
    names: Names
    jobs: Mapping[str, str]
    write: Write

    def make(self, group: Sequence[Decision]) -> DagFactory | None:
        """None where their texts have no common form."""
        steps = [[s for s in d.steps if s.task.task_id not in d.contracted] for d in group]
        if len({len(one) for one in steps}) > 1 or not all(_moves(s) for one in steps for s in one):
            return None
        functions = [_function(index, column) for index, column in enumerate(zip(*steps, strict=True))]
        if len(set(functions)) < len(functions):
            return None
        windows = {d.timing.name for d in group if d.timing.name}
        alike = dict.fromkeys(windows, "partitions") if len(windows) > 1 else {}
        written = tuple(self._write(d, one, functions, alike) for d, one in zip(group, steps, strict=True))
        ground, factories = self._parts()
        texts = [_text(one, ground) for one in written]
        folded = fold(texts, _called(ground, group[0]), factories.literals, MOST)
        if folded is None or not folded.parameters:
            return None
        return self._factory(folded, written, ground, factories)

    def _parts(self) -> tuple[Ground, Factories]:
        assert self.file.ground is not None and self.file.layout is not None
        return self.file.ground, Factories(self.file.ground, self.file.layout, self.names)

    def _write(
        self, decision: Decision, steps: Sequence[Step], functions: Sequence[str], alike: Mapping[str, str]
    ) -> Written:
        """With the names that it has inside of a function, the same for all. `alike`: those of the windows."""
        dag_id, job = decision.dag.dag_id, self.jobs[decision.dag.dag_id]
        name = naming.identifier(job)
        inside = {**alike, naming.identifier(dag_id).upper(): "common", f"{name}_job": "job", name: "job"}
        inside |= {f"{name}_{kind}": kind for kind in KINDS}
        inside |= {naming.variable(f"{dag_id}_in_airflow"): "in_airflow"}
        own = {s.task.task_id: function for s, function in zip(steps, functions, strict=True)}
        names = Names(
            set(self.names.taken),
            self.names.variables,
            self.names.crowded,
            inside,
            own,
            own=self.names.own,
        )
        return self.write(decision, names)

    def _factory(
        self, folded: Folded, written: tuple[Written, ...], ground: Ground, factories: Factories
    ) -> DagFactory:
        line = written[0].decision.dag.origin.line
        around = ground.around(line)
        helper = around if isinstance(around, ast.FunctionDef) else None
        words = common_words([naming.identifier(w.decision.dag.dag_id) for w in written])
        wanted = _defs_name(helper.name) if helper else f"make_{words or 'job'}_defs"
        name = self.names.make(wanted)
        doc = ast.get_docstring(helper) if helper else None
        text = indented(name, folded, "dg.Definitions", doc, "")
        return DagFactory(text, factories.tables.calls(name, folded, END), written)


def _defs_name(helper: str) -> str:
    stem = helper.removesuffix("_dags").removesuffix("_dag")
    return f"{stem}_defs"


def _moves(step: Step) -> bool:
    return step.function is None or step.copied


def _function(index: int, column: Sequence[Step]) -> str:
    """What the functions of the steps in the same place are called inside."""
    words = [naming.identifier(s.task.task_id) for s in column]
    return words[0] if len(set(words)) == 1 else naming.identifier(common_words(words) or f"step_{index + 1}")


def _text(written: Written, ground: Ground) -> str:
    """The whole body of the function for one DAG."""
    made = written.made
    parts = [*made.before]
    done: set[int] = set()
    texts = {id(step.step): step for step in made.steps.values()}
    for place in in_order((step.step for step in texts.values()), [written.decision.dag]):
        step = texts[id(place)]
        if id(step.step) in done:
            continue
        factory = next((f for f in made.factories if step.step in f.steps), None)
        done |= {id(s) for s in (factory.steps if factory else [step.step])}
        parts.append(factory.text if factory else step_text(ground.source, step))
    kinds = ("assets", "asset_checks", "jobs", "schedules", "sensors")
    arguments = [f"{kind}={listed(names)}" for kind in kinds if (names := getattr(made, kind))]
    arguments += [made.resources] if made.resources else []
    return (
        "\n".join([*parts, *made.checks, *made.after, f"return {call('dg.Definitions', arguments)}"]) + "\n"
    )


def _called(ground: Ground, decision: Decision) -> str:
    """The name in `DAG(f"market_{market}")`."""
    origin = decision.dag.origin
    for node in ast.walk(ground.source.tree):
        if isinstance(node, ast.Call) and (node.lineno, node.col_offset) == (origin.line, origin.column - 1):
            parts = [*node.args[:1], *(k.value for k in node.keywords if k.arg == "dag_id")]
            names = [n.id for part in parts for n in ast.walk(part) if isinstance(n, ast.Name)]
            return names[0] if len(names) == 1 else ""
    return ""


def steps_of(factory: DagFactory) -> Iterator[Step]:
    """All steps that a factory stands for."""
    for written in factory.dags:
        yield from written.decision.steps


__all__ = ["DagFactory", "Written", "dag_factories", "steps_of"]
