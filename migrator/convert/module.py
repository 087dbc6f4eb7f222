"""One DAG file → one module of the new project: what stays, the steps, jobs, schedules and definitions.

The text is edited by position first (`edits.py`); then libcst moves whole statements, with their comments.
"""

import ast
import builtins
import re
from collections.abc import Iterable, Sequence

import libcst as cst

from migrator.convert import edits, resources
from migrator.convert.actions import Action, Layout
from migrator.convert.annotations import edits_of
from migrator.convert.dag_factories import DagFactory, steps_of
from migrator.convert.data_files import REPOSITORY
from migrator.convert.decide import FileDecision
from migrator.convert.fstrings import fitted
from migrator.convert.import_beside import LIBRARY
from migrator.convert.own_text import gone
from migrator.convert.rendered import (
    LEADING,
    Comments,
    comments_inside,
    is_docstring,
    step_text,
    with_function,
)
from migrator.convert.replaced import replaced
from migrator.convert.requests import lifted_imports
from migrator.convert.source import Edit, Source, names_bound
from migrator.convert.stand_ins import stand_in
from migrator.convert.step import Step
from migrator.convert.text import DagText, StepText, call, listed
from migrator.convert.worn import worn
from migrator.ir import Task

Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement
# What a module may import of its own project.
RUNTIME: tuple[str, ...] = (
    "Skip",
    "Task",
    "airflow_dag",
    "fan_out",
    "gathered",
    "items",
    "outcome_executor",
    "outcome_op",
    "product",
    "run_bash",
    "spark_submit",
    *("dbt_project", "last_models", "of_task", "run_tests", "dbt_assets", "dbt_cli"),
    "PokeReturnValue",
    "Operator",
    "Logged",
    "checked",
    "AIRFLOW",
    "AirflowRun",
    "Upstream",
    "airflow_tasks",
    "with_keys",
)
RUNTIME += (
    "in_python",
    "in_virtualenv",
    "OtherJob",
    "airflow_schedule",
    "all_of",
    "any_of",
    "at_ticks",
    "continuously",
    "data_interval",
    "every",
    "on_requests",
    "on_updates",
    "once",
    "updates",
    *("on_partitions", "at_partitions", "partition_key", "partition_date"),
    *("calls_after", "task_state", "asset_states", "NEVER_EXPIRE"),
    *("members_of", "events_to_send", "events_of", "events_before", "events_by_address"),
    "render",
    "render_native",
    "connection",
    "connection_of",
    "XComs",
    "ds_add",
    "ds_format",
    *("is_date", "is_date_time"),
    *("unique", "not_null", "at_least", "at_most", "accepted", "references", "row_count"),
    *("RESOURCES", "IO_MANAGERS", "Database", "database", "ObjectStore", "object_store"),
    *("time_limit", "tried_again", "call_on_failure", "call_on_success"),
    "Landing",
    *("when_a_run_fails", "when_a_run_succeeds"),
)


def _comments_below(statement: cst.With | cst.FunctionDef) -> list[cst.EmptyLine]:
    """The comments at the end of a block."""
    block = statement.body
    return [line for line in block.footer if line.comment] if isinstance(block, cst.IndentedBlock) else []


class ModuleWriter:
    """Puts one module together. `texts` are the native DAGs by id; `lifted` the expressions of the others."""

    def __init__(
        self,
        file: FileDecision,
        texts: dict[str, DagText],
        lifted: Sequence[str],
        factories: Sequence[DagFactory] = (),
    ) -> None:
        assert file.source is not None and file.layout is not None
        self.source, self.layout, self.texts, self.lifted = file.source, file.layout, texts, lifted
        self.decisions = {d.dag.dag_id: d for d in file.dags if d.dag.dag_id in texts}
        self.steps = {id(s.step): (dag_id, s) for dag_id, t in texts.items() for s in t.steps.values()}
        self.factories = factories
        self.folded = {w.decision.dag.dag_id: one for one in factories for w in one.dags}
        self.begun: set[str] = set()
        self.shared: set[str] = set()  # texts that stand before steps
        self.placed: set[int] = set()
        self.out: list[cst.BaseStatement | str] = []  # what we made stays text while nothing goes into it
        self.later = Comments()  # for the job

    def write(self) -> str:
        """The text of the module, to be formatted."""
        text = edits.apply(
            self.source.text, [*self._edits(), *kept_edits(self.source, self.layout), *self.source.moved]
        )
        module = cst.parse_module(
            re.sub(r"^\f+", "", text, flags=re.MULTILINE)
        )  # libcst takes no page breaks
        self._block(module.body, self.source.tree.body, ())
        for dag_id, made in self.texts.items():
            if dag_id in self.folded:
                self._add_dags(dag_id, self.later.take())
                continue
            self._begin(dag_id)
            for step in made.steps.values():
                if id(step.step) not in self.placed:  # the file only calls what makes it
                    self._add_step(dag_id, step, [])
            for part in made.checks:
                self._add_text(part, [])
            waiting = self.later.take()
            for index, part in enumerate(made.after):
                self._add_text(part, waiting if index == 0 else [])
        self._add_text(self._definitions(), self.later.take())
        parts = [*module.header, *self._with_imports(), *(line for line in module.footer if line.comment)]
        return "".join(part if isinstance(part, str) else module.code_for_node(part) for part in parts)

    def _edits(self) -> list[Edit]:
        moved = [s.step for _, s in self.steps.values() if s.step.function and not s.step.copied]
        return [e for step in moved for e in step.body.edits]

    # ------------------------------------------------------------------ walking
    def _block(
        self, statements: Sequence[cst.BaseStatement], tree: Sequence[ast.stmt], prefix: tuple[int, ...]
    ) -> None:
        """Place each statement of a block."""
        parts = [part for line in statements for part in _parts(line)]
        for index, (statement, node) in enumerate(zip(parts, tree, strict=True)):
            self._place(statement, self.layout.actions[(*prefix, index)], node, (*prefix, index))

    def _place(
        self, statement: cst.BaseStatement, action: Action, node: ast.stmt, path: tuple[int, ...]
    ) -> None:
        if action.verb == "keep":
            self.out.append(self._kept(statement, bool(path[1:])))
        elif action.verb == "become":
            self._become(statement, action)
        elif action.verb == "emit":
            self._emit(statement, action)
        elif action.verb == "dissolve" and isinstance(statement, cst.If):
            self._guarded(statement, node, path)
        elif action.verb == "dissolve":
            assert isinstance(statement, (cst.With, cst.FunctionDef)) and isinstance(
                node, (ast.With, ast.FunctionDef)
            )
            if action.steps:
                self._emit(statement, action)
            else:
                self.later.keep(statement)
            self._block(statement.body.body, node.body, path)  # type: ignore[arg-type]  # an indented block
            self.later.waiting += _comments_below(statement)
        elif action.wires:
            self.later.keep(statement)

    def _guarded(self, statement: cst.If, node: ast.stmt, path: tuple[int, ...]) -> None:
        """The statements of the branch that holds DAGs."""
        self.later.keep(statement)
        block = statement.body if self.layout.guards[id(node)] == "body" else statement.orelse
        if isinstance(block, cst.Else):
            block = block.body
        inner = (
            [block] if isinstance(block, cst.If) else getattr(block, "body", ())
        )  # `elif` is one statement
        self._block(inner, self.layout.block_of(node), path)
        self.later.waiting += [line for line in getattr(block, "footer", ()) if line.comment]

    def _kept(self, statement: cst.BaseStatement, nested: bool) -> cst.BaseStatement:
        """A statement as it was; a task function that stays a function loses the decorator of Airflow's."""
        if isinstance(statement, cst.FunctionDef) and nested:
            statement = statement.with_changes(lines_after_decorators=())
        if isinstance(statement, cst.FunctionDef) and (task := self._helpers().get(statement.name.value)):
            function = self.source.functions.get(task.function.line or 0) if task.function else None
            kept = [statement.decorators[i] for i in worn(function, self.source)]
            statement = statement.with_changes(decorators=kept)
        return statement

    def _helpers(self) -> dict[str, Task]:
        steps = [s.step for _, s in self.steps.values()]
        return {step.calls: step.task for step in steps if step.calls and step.task.taskflow}

    # ------------------------------------------------------------------ steps
    def _begin(self, dag_id: str) -> None:
        """What a DAG's steps share stands before the first of them."""
        if dag_id not in self.begun:
            self.begun.add(dag_id)
            for part in self.texts[dag_id].before:
                if part not in self.shared:  # what another DAG has as well
                    self._add_text(part, [])
                self.shared.add(part)

    def _become(self, statement: cst.BaseStatement, action: Action) -> None:
        assert isinstance(statement, cst.FunctionDef)
        dag_id, made = self.steps[id(action.steps[0])]
        self._begin(dag_id)
        self.out.append(with_function(statement, made))
        self.placed.add(id(made.step))

    def _emit(self, statement: cst.BaseStatement, action: Action) -> None:
        """Steps that have no function of their own stand where they were made."""
        new = [self.steps[id(s)] for s in action.steps if id(s) in self.steps and _has_own_text(s)]
        own = Comments(comments_inside(statement))
        if not new:
            self._to_function(action, own)
            return
        for dag_id, made in new:
            self._add_step(dag_id, made, own.take() if own.waiting else [])

    def _add_step(self, dag_id: str, made: StepText, comments: list[cst.EmptyLine]) -> None:
        if id(made.step) in self.placed:
            self.later.waiting += comments
            return
        if dag_id in self.folded:
            self._add_dags(dag_id, comments)
            return
        self._begin(dag_id)
        factory = next((f for f in self.texts[dag_id].factories if made.step in f.steps), None)
        self.placed |= {id(step) for step in (factory.steps if factory else [made.step])}
        if factory:
            self._add_text(factory.text, comments)
            return
        self._add_text(step_text(self.source, made), comments)

    def _add_dags(self, dag_id: str, comments: list[cst.EmptyLine]) -> None:
        """The function for this DAG and those like it, where the first of them is made."""
        factory = self.folded[dag_id]
        self.placed |= {id(step) for step in steps_of(factory)}
        if dag_id not in self.begun:
            self.begun |= {w.decision.dag.dag_id for w in factory.dags}
            self._add_text(factory.text, comments)
        else:
            self.later.waiting += comments

    def _to_function(self, action: Action, comments: Comments) -> None:
        """The comments where a task is made go above its function, if that has been placed already."""
        names = {self.steps[id(s)][1].name for s in action.steps if id(s) in self.steps}
        for index, placed in enumerate(self.out):
            if not comments.waiting:
                break
            if isinstance(placed, str) and any(f"def {name}(" in placed for name in names):
                self.out[index : index + 1] = cst.parse_module(placed).body
                placed = self.out[index]
            if isinstance(placed, cst.FunctionDef) and placed.name.value in names:
                above = [*placed.leading_lines, *comments.take()]
                self.out[index] = placed.with_changes(leading_lines=above)
        self.later.waiting += comments.take()

    def _add_text(self, text: str, comments: list[cst.EmptyLine]) -> None:
        if not comments:
            self.out.append(text.strip("\n") + "\n")
            return
        first, *others = cst.parse_module(text).body
        if isinstance(first, LEADING):
            first = first.with_changes(leading_lines=[cst.EmptyLine(), *comments])
        self.out += [first, *others]

    # ------------------------------------------------------------------ ends
    def _definitions(self) -> str:
        texts = [made for dag_id, made in self.texts.items() if dag_id not in self.folded]
        arguments = [
            f"{kind}={listed(names)}"
            for kind in ("assets", "asset_checks", "jobs", "schedules", "sensors")
            if (names := [n for made in texts for n in getattr(made, kind)])
        ]
        if needed := resources.argument(s.step for made in texts for s in made.steps.values()):
            arguments.append(needed)
        own = [call("dg.Definitions", arguments)] if arguments else []
        several = [f"*{one.definitions}" for one in self.factories]
        if len(own) == 1 and not self.lifted and not several:
            return f"defs = {own[0]}"
        return "defs = " + call("dg.Definitions.merge", [*own, *several, *self.lifted])

    def _with_imports(self) -> list[cst.BaseStatement | str]:
        """New imports stand after the docstring; the formatter sorts them and takes out what nobody uses."""
        wanted = {"import dagster as dg"}
        for _, made in self.steps.values():
            wanted |= made.step.body.imports
        for text in self.texts.values():
            wanted |= text.imports
        if self.lifted:
            wanted |= lifted_imports(self.lifted, wanted)
        wanted |= kept_imports(self.source, self.layout)
        if self.source.placed:
            wanted.add(f"from ..{LIBRARY} import {REPOSITORY}")
        new = [f"{line}\n" for line in sorted(wanted)]
        first = self.out[0] if self.out else ""
        at = int(not isinstance(first, str) and is_docstring(first))
        return [*self.out[:at], *new, *self.out[at:]]


def _has_own_text(step: Step) -> bool:
    """Whether the text of a step is put where its task is made, and not where its function is."""
    return step.function is None or step.copied


def _parts(line: cst.BaseStatement) -> list[cst.BaseStatement]:
    """The statements of one line, `a = 1; b = 2`, each on a line of its own."""
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) == 1:
        return [line]
    parts = [
        cst.SimpleStatementLine([s.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)]) for s in line.body
    ]
    parts[0] = parts[0].with_changes(leading_lines=line.leading_lines)
    parts[-1] = parts[-1].with_changes(trailing_whitespace=line.trailing_whitespace)
    return list(parts)


def kept_edits(source: Source, layout: Layout) -> list[Edit]:
    """Reads of Variables in what stays as it is, and annotations that have to wait."""
    found = []
    for statement, action in layout.statements(source.tree.body):
        if action.verb == "keep":
            found += [*edits_of(source, statement), *gone(source, statement)]
            for node in ast.walk(statement):
                if isinstance(node, ast.expr) and (read := stand_in(source, node)):
                    span = source.span(node)
                    found.append(Edit(span, fitted(source, span, read.text) or read.text))
    return found


def kept_imports(source: Source, layout: Layout) -> set[str]:
    """What the texts of `kept_edits` need."""
    found: set[str] = set()
    for statement, action in layout.statements(source.tree.body):
        if action.verb == "keep":
            for node in ast.walk(statement):
                if read := stand_in(source, node):
                    found.update(read.imports)
                elif isinstance(node, ast.Name) and (line := replaced(node.id, source)):
                    found.add(line)
    return found


def taken_names(own: Iterable[str], steps: Iterable[Step]) -> set[str]:
    """The names that nothing new may have: those of statements which stay, and those that its functions read."""
    found: set[str] = {"dg", "defs", *RUNTIME, *dir(builtins), *own}
    for line in {line for step in steps for line in step.body.imports}:
        found |= set(names_bound(ast.parse(line)))
    return found
