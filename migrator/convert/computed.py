"""`ti.xcom_pull(task_ids=...)` of tasks that are worked out when the step runs, of a list or in a loop.

The step gets what all tasks before it left behind that may be meant, and looks up there.
"""

import ast
import re

from migrator.convert.pulling import Pulling
from migrator.convert.source import names_bound
from migrator.ir.graph import ancestors
from migrator.scan.tree import walk

INSTANCE = "from ..runtime.context import TaskInstance"
RETURNED = "return_value"
MOST = 30  # tasks that may be meant
ANY = ".*"
NOTHING = ("EmptyOperator", "DummyOperator")  # operators of tasks that leave nothing


class Computing(Pulling):
    """Between the pushes of a function and the reading of its body."""

    def computed(self, node: ast.expr) -> bool:
        """Whether it is such a call, which then asks an object that has what it may ask for."""
        if not (self._calls_instance(node, "xcom_pull") and isinstance(node, ast.Call)):
            return False
        given = {k.arg or "**": k.value for k in node.keywords}
        given.update(zip(("task_ids", "dag_id", "key"), node.args, strict=False))
        task_ids, key = (
            given.pop("task_ids", None),
            self._text_of_constant(given.pop("key", ast.Constant(RETURNED))),
        )
        if given or key is None or task_ids is None or len(node.args) > 1:
            return False
        meant = re.compile(self._pattern(task_ids, set()))
        above = ancestors(self.dag, self.task.task_id)
        leaving = [t for t in self.dag.tasks if t.task_id in above and t.operator_class not in NOTHING]
        found = [t.task_id for t in leaving if meant.fullmatch(t.task_id)]
        mapped = {t.task_id for t in self.dag.tasks if t.mapped}
        if not found or len(found) > MOST or mapped & set(found):
            return False
        assert isinstance(node.func, ast.Attribute)
        self.claimed.update(id(n) for n in walk(node.func))
        self._edit_instance(
            node.func.value, self._holder({(task_id, key): self.pull(task_id, key) for task_id in found})
        )
        self.note(
            "DP076",
            f"a task that is worked out when it runs: it is given what {', '.join(found)} left behind",
        )
        return True

    def _edit_instance(self, node: ast.expr, text: str) -> None:
        from migrator.convert.fstrings import fitted
        from migrator.convert.source import Edit

        span = self.source.span(node)
        fits = fitted(self.source, span, text)
        if fits is None:
            self.refuse("DP051", f"`{self.source.segment(node)}` inside an f-string", node)
        else:
            self.body.edits.append(Edit(span, fits))

    def _holder(self, xcoms: dict[tuple[str, str], str]) -> str:
        """The variable of the object, which is made at the top of the step."""
        self.asked |= xcoms
        name = "task_instance"
        while name in self.taken - {self.holder}:
            name += "_of_run"
        self.holder = name
        self.taken.add(name)
        self.body.imports.add(INSTANCE)
        pairs = ", ".join(f"{pair!r}: {given}" for pair, given in self.asked.items())
        arguments = ["{" + pairs + "}", *(["with_missing=True"] if self.timing.airflow3 else [])]
        self.body.lines = [line for line in self.body.lines if not line.startswith(f"{name} = TaskInstance(")]
        self.body.lines.append(f"{name} = TaskInstance({', '.join(arguments)})")
        return name

    # ------------------------------------------------------------------ which tasks may be meant
    def _pattern(self, node: ast.expr, seen: set[str]) -> str:
        """What an expression may give, as a regular expression: a task, or one of several."""
        if isinstance(node, ast.Constant):
            return re.escape(str(node.value))
        if isinstance(node, ast.JoinedStr):
            return "".join(self._pattern(part, seen) for part in node.values)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._pattern(node.left, seen) + self._pattern(node.right, seen)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)) and node.elts:
            return "|".join(f"(?:{self._pattern(item, seen)})" for item in node.elts)
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            return self._pattern(node.elt, seen)
        return self._pattern_of_name(node.id, seen) if isinstance(node, ast.Name) else ANY

    def _pattern_of_name(self, name: str, seen: set[str]) -> str:
        """A constant of the module that is set once."""
        if name in seen or name in names_bound(self.function) or self.source.bindings()[name] != 1:
            return ANY
        for statement in self.source.tree.body:
            if isinstance(statement, ast.Assign) and name in names_bound(statement):
                return self._pattern(statement.value, seen | {name})
        return ANY
