"""What becomes of each statement of a DAG file: it stays, goes, becomes a step, or makes room for new steps.

Statements are addressed by their path: the index in the module, then in the block of the DAG, then in its groups.
"""

import ast
from collections.abc import Mapping

from migrator.convert import resources
from migrator.convert.actions import Action, Layout
from migrator.convert.afterwards import is_known_rule
from migrator.convert.annotations import of_airflow
from migrator.convert.asides import asides
from migrator.convert.effects import effects, logs
from migrator.convert.fstrings import fitted
from migrator.convert.ground import COMPOUND, DEFINITIONS, SIMPLE, Ground, Path, names_filled, names_set
from migrator.convert.guards import other_branch
from migrator.convert.hidden import in_module
from migrator.convert.own_text import gone_parts
from migrator.convert.problem import Problem
from migrator.convert.replaced import of_names, replaced
from migrator.convert.source import Source, names_bound, names_read
from migrator.convert.stand_ins import stand_in
from migrator.convert.statements import imports_airflow, module_names, only_run_by_hand
from migrator.convert.step import Step, in_order
from migrator.convert.unused import forget_unused, free_names
from migrator.convert.worn import worn
from migrator.ir import Dag
from migrator.scan.tree import walk

WIRING = frozenset({"set_upstream", "set_downstream", "as_setup", "as_teardown"})
CHAINS = frozenset({"chain", "chain_linear", "cross_downstream"})
ATTRIBUTES = frozenset({"doc_md", "doc", "doc_rst", "doc_json", "doc_yaml"})


class Reader:
    """Decides the action of every statement. `steps` are those of the native DAGs, `lifted` the other DAGs."""

    def __init__(self, ground: Ground, native: Mapping[str, list[Step]]) -> None:
        self.ground, self.source, self.dags = ground, ground.source, ground.dags
        dags = self.dags
        self.native = {dag.dag_id for dag in dags if dag.dag_id in native}
        self.constructed = any(dag.form == "constructor" for dag in dags)
        self.by_dag = native
        self.steps = [step for steps in native.values() for step in steps]
        self.placed = [s for s in self.steps if s.task.origin.seen_by != "runtime"]
        self.layout = Layout(guards=ground.guards)
        self.task_names: set[str] = set()
        self.dag_names: set[str] = set()
        self.functions = {id(step.function): step for step in self.steps if step.function and not step.copied}
        self.decorated = {
            step.task.function.line for step in self.steps if step.task.taskflow and step.task.function
        }

    def read(self) -> Layout:
        """Every statement has an action afterwards; what is not understood is a problem."""
        self._block(self.source.tree.body, (), None)
        for statement in forget_unused(self.layout, self.source, self.steps):
            self._left_out(statement)
        self.layout.notes += of_names(self.source)
        kept = [s for s, action in self.layout.statements(self.source.tree.body) if action.verb == "keep"]
        self.layout.notes += resources.of_helpers(self.source, kept)
        self._check_kept()
        self._check_scopes()
        self._check_gone()
        return self.layout

    def _block(self, body: list[ast.stmt], prefix: Path, dag: Dag | None) -> None:
        for index, statement in enumerate(body):
            path = (*prefix, index)
            action = self._action(statement, path, dag, first=index == 0)
            self.layout.actions[path] = action
            if action.verb == "drop" and prefix and isinstance(statement, ast.Assign):
                self._note_names(statement)

    def _action(self, statement: ast.stmt, path: Path, dag: Dag | None, *, first: bool) -> Action:
        if imported := self._imports(statement):
            return imported
        if (begun := self.ground.begins(statement)) is not None:
            return self._dissolve(statement, path, begun)
        if isinstance(statement, ast.If) and id(statement) in self.ground.guards:
            return self._guard(statement, path)
        if id(statement) in self.ground.makers:
            return self._maker(statement)
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return self._function(statement)
        made = self._made_in(statement)
        if isinstance(statement, ast.With) and (within := self.ground.within(statement, dag)):
            self._note_with(statement)
            self._block(statement.body, path, within.dag)
            return Action("dissolve")
        if made:
            return self._creation(statement, made)
        if (dag or isinstance(statement, ast.Assign)) and self._is_ornament(statement, first):
            return Action("drop")
        if self._is_wiring(statement) or self._works_on(statement):
            self._note_names(statement)
            self._left_out(statement)
            return Action("drop", wires=dag is not None or self.constructed)
        return self._other(statement)

    def _other(self, statement: ast.stmt) -> Action:
        """What is no part of a DAG."""
        used = set(names_read(statement)) & (self.task_names | self.dag_names)
        if used and only_run_by_hand(statement):
            return Action("drop")
        if used and not isinstance(statement, ast.ClassDef):
            self._problem("SC041", f"`{min(used)}` is used in a way that has no rule", statement)
        return Action("keep")

    def _works_on(self, statement: ast.stmt) -> bool:
        """Loops and the like that wire tasks, or work something out from what holds them."""
        if not isinstance(statement, (*COMPOUND, *SIMPLE)):
            return False
        if not set(names_read(statement)) & (self.task_names | self.dag_names | self.ground.held):
            return False
        if self._effects(statement):
            return False
        self.task_names |= set(names_set(statement))
        return True

    def _effects(self, statement: ast.stmt) -> list[ast.AST]:
        """What a statement does beside making and wiring tasks; what it logs is noted."""
        makers = self.ground.held | self.ground.decorated | self.task_names | self.dag_names
        found = list(effects(statement, self.source, makers))
        for call in filter(logs, found):
            text = f"`{self.source.segment(call)}`, written when the file is read, is left out"
            self.layout.notes.append(Problem("SC057", text, getattr(call, "lineno", None)))
        return [one for one in found if not logs(one)]

    def _left_out(self, statement: ast.AST, *, around: bool = False) -> None:
        """Tell of calls that may have done more than give a value. `around`: only of those around a task."""
        makers = self.ground.held | self.ground.decorated | self.task_names | self.dag_names
        for call in asides(statement, self.source, makers, self.ground.places_of_tasks):
            if around and not self.ground.made_in(call):
                continue
            text = f"`{self.source.segment(call).splitlines()[0]}`, which runs when the file is read, is left out"
            self.layout.notes.append(Problem("SC061", text, call.lineno))

    def _maker(self, statement: ast.stmt) -> Action:
        """A loop, a function and the like, in which tasks are made: their steps take its place."""
        made = self._made_in(statement)
        held = {d.dag_id for d in self.dags if self.ground.holds(statement, d) or d.form == "runtime"}
        if not made and not self.native & held:
            self.task_names |= set(names_set(statement))
            return Action("drop")  # nothing of it is native, or it only calls what makes something
        inner = statement.body if isinstance(statement, (ast.FunctionDef, ast.ClassDef)) else [statement]
        methods = self.ground.making_methods(statement) if isinstance(statement, ast.ClassDef) else []
        for part in [*inner, *(line for method in methods for line in method.body)]:
            self._left_out(part)
        for part in inner:
            for found in self._effects(part):
                text = self.source.segment(found).splitlines()[0]
                self._problem("SC052", f"`{text}` does something else where tasks are made", found)
        self.task_names |= set(names_set(statement))
        return Action("emit", made)

    # ------------------------------------------------------------------ kinds of statements
    def _import(self, statement: ast.Import | ast.ImportFrom) -> Action:
        if isinstance(statement, ast.ImportFrom):
            module = "." * statement.level + (statement.module or "")
            gone = module.split(".")[0] in ("airflow", "__future__") or all(
                (a.asname or a.name) in self.source.stays for a in statement.names
            )
            return Action("drop" if gone else "keep")
        kept = [a for a in statement.names if not self.source.from_airflow(a.asname or a.name.split(".")[0])]
        if kept and len(kept) != len(statement.names):
            self._problem("SC041", "one import statement for Airflow and others", statement)
        return Action("keep" if kept else "drop")

    def _imports(self, statement: ast.stmt) -> Action | None:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            return self._import(statement)
        gone = id(statement) in self.source.ways or self._only_imports_airflow(statement)
        return Action("drop") if gone else None

    def _only_imports_airflow(self, statement: ast.stmt) -> bool:
        """Such as `if TYPE_CHECKING:`, or `try:` with one Airflow and `except ImportError:` with another."""
        if isinstance(statement, ast.Try):
            inside = [*statement.body, *statement.orelse, *statement.finalbody]
            inside += [s for handler in statement.handlers for s in handler.body]
        elif isinstance(statement, ast.If):
            inside = [*statement.body, *statement.orelse]
        else:
            return (
                isinstance(statement, (ast.Import, ast.ImportFrom)) and self._import(statement).verb == "drop"
            )
        return all(isinstance(s, ast.Pass) or self._only_imports_airflow(s) for s in inside)

    def _dissolve(self, statement: ast.stmt, path: Path, dag: Dag) -> Action:
        if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Expr)):
            self.dag_names |= set(names_bound(statement))
            return Action("drop", wires=dag.dag_id in self.native)
        if isinstance(statement, ast.FunctionDef):
            self.dag_names.add(statement.name)
        if isinstance(statement, ast.With):
            self._note_with(statement)
        if dag.dag_id not in self.native:
            return Action("drop")
        self._block(self.layout.block_of(statement), path, dag)
        return Action("dissolve")

    def _guard(self, statement: ast.If, path: Path) -> Action:
        """A condition around DAGs: what stands under it comes into the module."""
        for part in other_branch(statement, self.ground.guards[id(statement)]):
            for found in self._effects(part):
                text = self.source.segment(found).splitlines()[0]
                self._problem("SC052", f"`{text}` does something else where tasks are made", found)
        text = f"`{self.source.segment(statement.test)}` is not asked any more: the DAG is there"
        self.layout.notes.append(Problem("OP092", text, statement.lineno))
        self._block(self.layout.block_of(statement), path, None)
        return Action("dissolve")

    def _note_with(self, statement: ast.With) -> None:
        for item in statement.items:
            if item.optional_vars is not None:
                self.dag_names |= set(names_bound(item.optional_vars))

    def _function(self, statement: ast.stmt) -> Action:
        if step := self.functions.get(id(statement)):
            return Action("become", [step])
        return Action("drop" if self.ground.is_asset(statement) else "keep")

    def _made_in(self, statement: ast.stmt) -> list[Step]:
        span = self.source.span(statement)
        first, last = (span.line, span.column), (span.end_line, span.end_column)
        made = [s for s in self.placed if first <= (s.task.origin.line, s.task.origin.column - 1) < last]
        return in_order(made, self.dags)

    def _creation(self, statement: ast.stmt, made: list[Step]) -> Action:
        self._note_names(statement)
        self._left_out(statement, around=True)
        if (
            isinstance(statement, ast.Assign)
            and len(made) == 1
            and isinstance(statement.targets[0], ast.Name)
        ):
            self.layout.variables[made[0].task.task_id] = statement.targets[0].id
        return Action("emit", made)

    def _is_wiring(self, statement: ast.stmt) -> bool:
        """`a >> b`, `chain(a, b)`, `arms = [a, b]`, and calls of the DAG's function."""
        known = self.task_names | self.dag_names
        value = statement.value if isinstance(statement, (ast.Expr, ast.Return, ast.Assign)) else None
        if value is None:
            return False
        read = set(names_read(value)) - self._wiring_names()
        if not read or not read <= known:
            return False
        return isinstance(
            value, (ast.BinOp, ast.List, ast.Tuple, ast.Name, ast.Call, ast.Attribute, ast.Subscript)
        )

    def _wiring_names(self) -> set[str]:
        wiring = {n for n, q in self.source.imports.items() if q.rsplit(".", 1)[-1] in {*CHAINS, "Label"}}
        return {n for n in wiring if self.source.from_airflow(n)}

    def _is_ornament(self, statement: ast.stmt, first: bool) -> bool:
        """A docstring, `pass`, or documentation set on a task or DAG."""
        if isinstance(statement, ast.Pass):
            return True
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            return first
        if not (isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Attribute)):
            return False
        target = statement.targets[0]
        if not isinstance(target.value, ast.Name):
            return False
        if target.attr == "trigger_rule":
            held = {i for i, name in self.layout.variables.items() if name == target.value.id}
            return is_known_rule(statement.value, [s.task for s in self.steps if s.task.task_id in held])
        return target.attr in ATTRIBUTES and target.value.id in self.task_names | self.dag_names

    def _note_names(self, statement: ast.stmt) -> None:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        for target in targets:
            if not isinstance(target, ast.Attribute):
                self.task_names |= set(names_bound(target))

    # ------------------------------------------------------------------ what stays
    def _check_kept(self) -> None:
        """Nothing of Airflow may stay, but for Variables, which have an edit of their own."""
        for statement, action in self.layout.statements(self.source.tree.body):
            if action.verb != "keep":
                continue
            ours = self._skipped_parts(statement)
            for node in walk(statement):
                if id(node) in ours:
                    continue
                if isinstance(node, ast.expr) and (read := stand_in(self.source, node)):
                    self.layout.problems += in_module(read.imports, self.source)
                    if fitted(self.source, self.source.span(node), read.text) is None:
                        self._problem("DP051", f"`{self.source.segment(node)}` inside an f-string", node)
                elif isinstance(node, ast.Name) and node.id == "__file__" and not self.source.placed:
                    self._problem("SC049", "uses the place of the DAG file", node)
                elif isinstance(node, ast.Name) and self._only_airflow_has(node.id):
                    code, text = self.source.why_airflow(node.id)
                    self._problem(code, f"{text} outside of a task", node)
                elif isinstance(node, (ast.Import, ast.ImportFrom)) and imports_airflow(node):
                    self._problem("OP041", "imports Airflow inside a block", node)

    def _only_airflow_has(self, name: str) -> bool:
        return self.source.from_airflow(name) and replaced(name, self.source) is None

    def _check_scopes(self) -> None:
        """What stands in the function of a DAG moves to the module, where its names must mean nothing else."""
        owners: dict[str, Path] = {}
        for path, action in sorted(self.layout.actions.items()):
            if action.verb != "keep":
                continue
            statement = self._statement(path)
            above = (path[:length] for length in range(1, len(path)))
            scope = next((each for each in above if self._is_function(each)), ())
            for name in module_names(statement):
                if owners.setdefault(name, scope) != scope:
                    self._problem(
                        "SC047", f"`{name}` means one thing here and another elsewhere in the file", statement
                    )

    def _check_gone(self) -> None:
        """What stays may read no name that only a statement sets which is gone."""
        kept: set[str] = set(self.source.imports)
        gone: set[str] = set()
        filled: set[str] = set()  # whoever reads these would miss what was put in
        for statement, action in self.layout.statements(self.source.tree.body):
            (kept if action.verb in ("keep", "become") else gone).update(names_set(statement))
            runs = not isinstance(statement, DEFINITIONS) or id(statement) in self.ground.makers
            if runs and action.verb not in ("keep", "become"):
                filled.update(names_filled(statement))
        gone |= {name for names in self.ground.parameters.values() for name in names}
        gone = (gone - kept) | filled
        for statement, action in self.layout.statements(self.source.tree.body):
            if action.verb != "keep":
                continue
            told = set() if isinstance(statement, DEFINITIONS) else self.task_names
            for name in sorted((set(names_read(statement)) - set(names_bound(statement)) - told) & gone):
                self._problem("SC055", f"`{name}` is set where tasks are made, and read here", statement)
        for step in self.steps:
            for name in sorted(free_names(step) & gone):
                text = f"its function reads `{name}`, which is set where tasks are made"
                owners = [i for i, steps in self.by_dag.items() if step in steps]
                self.layout.blame(owners, Problem("SC055", text, None, step.task.task_id))

    def _statement(self, path: Path) -> ast.stmt:
        body = self.source.tree.body
        for index in path[:-1]:
            body = self.layout.block_of(body[index])
        return body[path[-1]]

    def _is_function(self, path: Path) -> bool:
        return isinstance(self._statement(path), ast.FunctionDef)

    def _skipped_parts(self, statement: ast.stmt) -> set[int]:
        """Nodes that go or change: what makes task functions of functions that stay, reads of Variables."""
        found: set[int] = set()
        for node in walk(statement):
            if stand_in(self.source, node):
                found |= {id(n) for n in walk(node.func if isinstance(node, ast.Call) else node)} - {id(node)}
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.lineno in self.decorated:
                kept = worn(node, self.source)
                gone = [d for i, d in enumerate(node.decorator_list) if i not in kept]
                found |= {id(n) for d in gone for n in walk(d)}
        found |= {id(n) for n in gone_parts(self.source, statement)}
        return found | {id(n) for a in of_airflow(self.source, statement) for n in walk(a)}

    def _problem(self, code: str, message: str, node: ast.AST) -> None:
        line = getattr(node, "lineno", 1)
        owners = [d.dag_id for d in self.dags if d.dag_id in self.native and self.ground.owns(d, line)]
        self.layout.blame(owners, Problem(code, message, line))


def own_names(source: Source, layout: Layout) -> frozenset[str]:
    """The names that the statements which stay give to the module."""
    found: set[str] = set()
    for statement, action in layout.statements(source.tree.body):
        if action.verb == "keep":
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found.add(statement.name)
            else:
                found |= set(names_bound(statement))
    return frozenset(found)
