"""XComs that a function pushes: each key becomes a local name, and every way out of the function returns them all.

A key that was not pushed is None, which is what a pull of it gives in Airflow.
"""

import ast
from collections.abc import Iterator

from migrator.convert.changes import changed_below
from migrator.convert.context import TASK_INSTANCE
from migrator.convert.forwarding import Forwarding
from migrator.convert.naming import variable
from migrator.convert.source import Edit, Span, names_read
from migrator.scan.tree import children, walk

LOOPS = (ast.For, ast.AsyncFor, ast.While)
# What may raise an error; `[1, name]` may not.
FALLIBLE = (
    ast.Call,
    ast.Subscript,
    ast.BinOp,
    ast.Await,
    ast.For,
    ast.With,
    ast.Import,
)


class Pushing(Forwarding):
    """Between the signature of a function and the reading of its body."""

    def _is_instance(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self.instances
        return self._context_key(node) in TASK_INSTANCE

    def _calls_instance(self, node: ast.AST, method: str) -> bool:
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == method
            and self._is_instance(node.func.value)
        )

    def _pushes(self, function: ast.FunctionDef) -> None:
        """`ti.xcom_push(key="path", value=...)`, as a statement, becomes a local name."""
        names: dict[str, str] = {}
        found = list(_statements(function))
        for statement, always in found:
            if not (isinstance(statement, ast.Expr) and self._calls_instance(statement.value, "xcom_push")):
                continue
            call = statement.value
            assert isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
            given = {k.arg or "**": k.value for k in call.keywords}
            given.update(zip(("key", "value"), call.args, strict=False))
            key, value = self._text_of_constant(given.get("key")), given.get("value")
            if len(given) != 2 or key is None or value is None:
                self.refuse("DP044", "an XCom is pushed under a key that is not a constant", call)
                continue
            below = statement.lineno if always else 0
            if changed := set(names_read(value)) & changed_below(function, below):
                self.refuse("DP044", f"`{min(changed)}` is changed after it was pushed", call)
            if key not in names:
                names[key] = self._name_of_push(key, call)
                if not always:
                    self.body.lines.append(f"{names[key]} = None")
            self._note_failures(function, statement, key)
            self._replace_around(call, value, f"{names[key]} = ")
            self.claimed.update(id(n) for n in walk(call.func))

    def _note_failures(self, function: ast.FunctionDef, push: ast.stmt, key: str) -> None:
        """What the function does after it pushed, but to push more and to return what it has."""
        end = (push.end_lineno or 0, push.end_col_offset or 0)
        nodes = own_nodes(function)
        around = [
            n
            for loop in nodes
            if isinstance(loop, LOOPS) and push in own_nodes(loop)
            for n in own_nodes(loop)
        ]
        later = [n for n in nodes if (getattr(n, "lineno", 0), getattr(n, "col_offset", 0)) > end]
        if any(isinstance(n, (ast.Raise, ast.Assert)) for n in [*later, *around]):
            self.body.halfway.add(key)
        elif around or any(
            isinstance(n, FALLIBLE) and not self._calls_instance(n, "xcom_push") for n in later
        ):
            self.body.risked.add(key)

    def _name_of_push(self, key: str, call: ast.Call) -> str:
        if variable(key) in ("result", *(variable(k) for k, _ in self.body.pushes)):
            self.refuse("DP044", f"{key!r} is a key that gives the name of another output", call)
        name = variable(key)
        while name in self.taken:
            name = f"pushed_{name}"
        self.taken.add(name)
        self.body.pushes.append((key, name))
        return name

    def _replace_around(self, whole: ast.expr, kept: ast.expr, before: str) -> None:
        """Keep one expression inside another, with a new text before it; edits inside it still apply."""
        outer, inner = self.source.span(whole), self.source.span(kept)
        alone = inner.line == inner.end_line and not isinstance(kept, ast.NamedExpr)
        opening, closing = ("", "") if alone else ("(", ")")
        start = Span(outer.line, outer.column, inner.line, inner.column)
        end = Span(inner.end_line, inner.end_column, outer.end_line, outer.end_column)
        self.body.edits += [Edit(start, before + opening), Edit(end, closing)]

    def _returns(self, function: ast.FunctionDef) -> None:
        """Every way out gives what was pushed."""
        returns = [n for n in own_nodes(function) if isinstance(n, ast.Return)]
        valued = [r for r in returns if r.value is not None and not _is_none(r.value)]
        self.body.returns = bool(valued)
        if not self.body.pushes:
            return
        if own_generators(function):
            self.refuse("DP044", "an XCom is pushed in a generator", function)
        names = ", ".join(name for _, name in self.body.pushes)
        if not returns:
            return  # the writer of the step adds them at its end
        self.body.returns = True
        for statement in returns:
            self._with_pushes(statement, names)
        if not isinstance(function.body[-1], (ast.Return, ast.Raise)):
            self.body.ends.append(f"return None, {names}")

    def _with_pushes(self, statement: ast.Return, names: str) -> None:
        if statement.value is None:
            span = self.source.span(statement)
            end = Span(span.end_line, span.end_column, span.end_line, span.end_column)
            self.body.edits.append(Edit(end, f" None, {names}"))
            return
        span = self.source.span(statement.value)
        start = Span(span.line, span.column, span.line, span.column)
        end = Span(span.end_line, span.end_column, span.end_line, span.end_column)
        bare_tuple = isinstance(statement.value, ast.Tuple)
        self.body.edits.append(Edit(start, "(" if bare_tuple else ""))
        self.body.edits.append(Edit(end, (")" if bare_tuple else "") + f", {names}"))


def _statements(function: ast.FunctionDef) -> Iterator[tuple[ast.stmt, bool]]:
    """The statements of a function, without those of functions inside it, and whether each surely runs by its end."""
    always = True
    for statement in function.body:
        yield statement, always
        for inner in own_nodes(statement):
            if isinstance(inner, ast.stmt):
                yield inner, False
        always = always and not any(isinstance(n, ast.Return) for n in [statement, *own_nodes(statement)])


INNER = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda})


def own_nodes(function: ast.AST) -> list[ast.AST]:
    """The nodes of a function without those of the functions and classes inside it, in the order of the text."""
    found: list[ast.AST] = []
    waiting = children(function)[::-1]
    while waiting:
        child = waiting.pop()
        found.append(child)
        if child.__class__ not in INNER:
            waiting += children(child)[::-1]
    return found


def own_generators(function: ast.AST) -> bool:
    """Whether a function yields."""
    return any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in own_nodes(function))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
