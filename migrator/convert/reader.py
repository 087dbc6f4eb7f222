"""The body of a task's function: what it asks of Airflow, and the edits that make it ask Dagster.

Deciding is done here, on the syntax tree, and yields edits by position; `module.py` applies them.
"""

import ast
from collections import Counter
from functools import cached_property

from migrator.convert.body import Body
from migrator.convert.changes import changed_below
from migrator.convert.context import DATETIMES, TASK_INSTANCE, expression, reads_context
from migrator.convert.datetimes import enough
from migrator.convert.edits import DROPPED, PULLED
from migrator.convert.fstrings import fitted
from migrator.convert.naming import PARAMETERS, RESERVED, variable
from migrator.convert.signature import Signature
from migrator.convert.source import Edit, Span, names_bound, names_read
from migrator.convert.variables import variable_read
from migrator.scan.tree import children, walk

SKIP = frozenset({"airflow.exceptions.AirflowSkipException", "airflow.sdk.exceptions.AirflowSkipException"})
FAIL = frozenset({"airflow.exceptions.AirflowFailException", "airflow.sdk.exceptions.AirflowFailException"})
CURRENT_CONTEXT = frozenset(
    {
        "airflow.operators.python.get_current_context",
        "airflow.providers.standard.operators.python.get_current_context",
        "airflow.sdk.get_current_context",
        "airflow.decorators.get_current_context",
    }
)


class Reader(Signature):
    """Reads one function for one task. `bind` comes first, then `read`; the result is `body`."""

    def read(self) -> Body:
        """Look at each statement and expression of the body. `bind` comes first."""
        if isinstance(self.function, ast.Lambda):
            self.body.returns = True
            self._expressions(self.function.body)
            return self.body
        for statement in self.function.body:
            self._statement(statement)
        self._pushes(self.function)
        for statement in self.function.body:
            self._expressions(statement)
        self._hidden_context(self.function)
        self._returns(self.function)
        self._datetimes(self.function)
        return self.body

    def _statement(self, statement: ast.stmt) -> None:
        """`ti = context["ti"]`, `context = get_current_context()`, `rows = ti.xcom_pull("extract")`."""
        if not (isinstance(statement, ast.Assign) and len(statement.targets) == 1):
            return
        target, value = statement.targets[0], statement.value
        mark = DROPPED
        if not isinstance(target, ast.Name) or self._assignments(target.id) > 1:
            return
        if self._is_instance(value):
            self.instances.add(target.id)
        elif self._holds(value, "params", self.params):
            self.params.add(target.id)
        elif self._holds(value, "dag_run", self.runs):
            self.runs.add(target.id)
        elif isinstance(value, ast.Call) and self.source.qualified(value.func) in CURRENT_CONTEXT:
            self.contexts.add(target.id)
        elif self._context_key(value) == "templates_dict" and self.templates_dict:
            self.body.lines.append(f"{target.id} = {self.templates_dict}")
        elif (
            (pulled := self._pulled(value))
            and not self._pulled_before(pulled)
            and target.id not in RESERVED | PARAMETERS
        ):
            self.add_input(target.id, *pulled)
            mark = PULLED
        else:
            return
        self.claimed.update(id(n) for n in walk(statement))
        self.body.edits.append(Edit(self.source.span(statement), mark))

    def _holds(self, node: ast.expr, key: str, names: set[str]) -> bool:
        """Whether an expression is `params`, or the DAG run."""
        return node.id in names if isinstance(node, ast.Name) else self._context_key(node) == key

    def _assignments(self, name: str) -> int:
        return self._bound[name]

    @cached_property
    def _bound(self) -> Counter[str]:
        return Counter(names_bound(self.function))

    def _pulled_before(self, pulled: tuple[str, str]) -> bool:
        return any((i.task_id, i.key) == pulled for i in self.body.inputs)

    def _is_instance(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self.instances
        return self._context_key(node) in TASK_INSTANCE

    def _pulled(self, node: ast.expr) -> tuple[str, str] | None:
        """Task and key of `ti.xcom_pull(...)` with constant arguments."""
        if not self._calls_instance(node, "xcom_pull"):
            return None
        assert isinstance(node, ast.Call)
        given = {k.arg or "**": k.value for k in node.keywords}
        given.update(zip(("task_ids", "dag_id", "key"), node.args, strict=False))
        task_id, key = given.pop("task_ids", None), given.pop("key", ast.Constant("return_value"))
        names = self._text_of_constant(task_id), self._text_of_constant(key)
        return None if given or names[0] is None or names[1] is None else (names[0], names[1])

    def _calls_instance(self, node: ast.AST, method: str) -> bool:
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == method
            and self._is_instance(node.func.value)
        )

    def _pushes(self, function: ast.FunctionDef) -> None:
        """`ti.xcom_push(key="path", value=...)`, as a statement of the function itself, becomes a local name."""
        for statement in function.body:
            if not (isinstance(statement, ast.Expr) and self._calls_instance(statement.value, "xcom_push")):
                continue
            call = statement.value
            assert isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
            given = {k.arg or "**": k.value for k in call.keywords}
            given.update(zip(("key", "value"), call.args, strict=False))
            key, value = given.get("key"), given.get("value")
            if (
                len(given) != 2
                or not isinstance(key, ast.Constant)
                or not isinstance(key.value, str)
                or value is None
            ):
                self.refuse("DP044", "an XCom is pushed under a key that is not a constant", call)
                continue
            if variable(key.value) in ("result", *(variable(k) for k, _ in self.body.pushes)):
                self.refuse("DP044", f"{key.value!r} is a key that gives the name of another output", call)
            if changed := set(names_read(value)) & changed_below(function, statement.lineno):
                self.refuse("DP044", f"`{min(changed)}` is changed after it was pushed", call)
            name = variable(key.value)
            while name in self.taken:
                name = f"pushed_{name}"
            self.taken.add(name)
            self.body.pushes.append((key.value, name))
            self._replace_around(call, value, f"{name} = ")
            self.claimed.update(id(n) for n in walk(call.func))

    def _replace_around(self, whole: ast.expr, kept: ast.expr, before: str) -> None:
        """Keep one expression inside another, with a new text before it; edits inside it still apply."""
        outer, inner = self.source.span(whole), self.source.span(kept)
        alone = inner.line == inner.end_line and not isinstance(kept, ast.NamedExpr)
        opening, closing = ("", "") if alone else ("(", ")")
        start = Span(outer.line, outer.column, inner.line, inner.column)
        end = Span(inner.end_line, inner.end_column, outer.end_line, outer.end_column)
        self.body.edits += [Edit(start, before + opening), Edit(end, closing)]

    def _expressions(self, node: ast.AST) -> None:
        """Replace, or refuse, everything else that the body asks of Airflow. Outermost first."""
        if id(node) in self.claimed:
            if isinstance(node, ast.stmt | ast.Attribute | ast.Subscript):
                return
        elif isinstance(node, ast.Yield | ast.YieldFrom):
            self.refuse("DP045", "a task that yields", node)
        elif isinstance(node, ast.Raise):
            self._raise(node)
        elif isinstance(node, ast.expr) and self._expression(node):
            return
        for child in children(node):
            self._expressions(child)

    def _raise(self, node: ast.Raise) -> None:
        call = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        qualified = self.source.qualified(call) if call else None
        if call is None or qualified not in SKIP | FAIL:
            return
        self.claimed.add(id(call))
        if qualified in SKIP:
            self.body.skips = True
            self.body.edits.append(Edit(self.source.span(call), "Skip"))
            return
        self.body.edits.append(Edit(self.source.span(call), "dg.Failure"))
        if not (isinstance(node.exc, ast.Call) and len(node.exc.args) == 1 and not node.exc.keywords):
            self.refuse("OP041", "AirflowFailException without exactly one message", node)
            return
        end = self.source.span(node.exc.args[0])
        after = Span(end.end_line, end.end_column, end.end_line, end.end_column)
        self.body.edits.append(Edit(after, ", allow_retries=False"))

    def _expression(self, node: ast.expr) -> bool:
        """Whether the whole expression was dealt with."""
        if pulled := self._pulled(node):
            return self._edit(node, self.pull(*pulled))
        if isinstance(node, ast.Attribute) and self._is_instance(node.value):
            return self._instance(node)
        if self._launched(node):
            return True
        if (key := self._context_key(node)) is not None:
            return self._from_context(node, key)
        if found := variable_read(self.source, node):
            return self._edit(node, self.body.use(found))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            return self._name(node)
        return False

    def _launched(self, node: ast.expr) -> bool:
        """`params["x"]`, `dag_run.conf.get("x")`, and both as a whole."""
        launch = self.body.launch
        base, key, default = _item_of(node)
        found = None
        if base is not None and key is not None and self._holds(base, "params", self.params):
            found = launch.param(key)
        elif base is not None and key is not None and default and self._is_conf(base):
            found = launch.conf(key, default)
        if found:
            return self._edit(node, found.text)
        if self._is_conf(node):
            text = launch.given().text
            return self._edit(node, text if "conf" in self.taken else self._local("conf", text))
        if self._holds(node, "params", self.params):
            return self._whole(node, launch.params().text)
        if isinstance(node, ast.Attribute) and self._holds(node.value, "dag_run", self.runs):
            return self._of_the_run(node)
        if self._holds(node, "dag_run", self.runs):
            self.refuse("DP041", "`dag_run` is used as a whole", node)
            return True
        return False

    def _whole(self, node: ast.expr, text: str) -> bool:
        """All params, bound once at the top."""
        if "params" not in self.params:
            return self._edit(node, self._local("params", text))
        if (line := f"params = {text}") not in self.body.lines:
            self.body.lines.append(line)
        return (isinstance(node, ast.Name) and node.id == "params") or self._edit(node, "params")

    def _is_conf(self, node: ast.expr) -> bool:
        """`dag_run.conf`."""
        return (
            isinstance(node, ast.Attribute)
            and node.attr == "conf"
            and self._holds(node.value, "dag_run", self.runs)
        )

    def _of_the_run(self, node: ast.Attribute) -> bool:
        name = "logical_date" if node.attr == "execution_date" else node.attr
        if name in DATETIMES or name == "run_id":
            return self._from_context(node, name)
        if name == "dag_id":
            return self._edit(node, repr(self.dag.dag_id))
        self.refuse("DP041", f"`dag_run.{node.attr}` has no native form yet", node)
        return True

    def _edit(self, node: ast.expr, text: str) -> bool:
        span = self.source.span(node)
        fits = fitted(self.source, span, text)
        if fits is None:
            self.refuse("DP051", f"`{self.source.segment(node)}` inside an f-string", node)
        else:
            self.body.edits.append(Edit(span, fits))
        return True

    def _instance(self, node: ast.Attribute) -> bool:
        if known := self.constants().get(f"ti.{node.attr}"):
            return self._edit(node, repr(known))
        found = expression(node.attr, self.timing) if node.attr in ("try_number", "run_id") else None
        if found:
            return self._edit(node, self.body.use(found))
        self.refuse("DP041", f"`ti.{node.attr}` as it is used here has no native form yet", node)
        return True

    def _from_context(self, node: ast.expr, key: str) -> bool:
        if key == "templates_dict" and self.templates_dict:
            name = self._local("templates_dict", self.templates_dict)
            return self._edit(node, name)
        found = expression(key, self.timing)
        if found is None:
            self.refuse("DP041", f"`{key}` of the context has no native form yet", node)
            return True
        text = self.body.use(found)
        if key not in DATETIMES:
            return self._edit(node, text)
        name = self._local(key, text)
        self.moments[name] = text
        self.moments_asked.append((name, node))
        return self._edit(node, name)

    def _local(self, name: str, text: str) -> str:
        """A local variable for a value of the context, bound once at the top."""
        line = f"{name} = {text}"
        if line not in self.body.lines:
            if name in self.taken:
                name = f"{name}_of_run"
                line = f"{name} = {text}"
            self.body.lines.append(line)
            self.taken.add(name)
        return name

    def _name(self, node: ast.Name) -> bool:
        if node.id in self.instances or node.id in self.contexts:
            self.refuse("DP041", f"`{node.id}` is used as a whole", node)
        elif node.id == "__file__" and not self.source.placed:
            self.refuse("SC049", "uses the place of the DAG file", node)
        elif self.source.from_airflow(node.id):
            self.refuse(*self.source.why_airflow(node.id), node)
        return True

    def _hidden_context(self, function: ast.FunctionDef) -> None:
        """Where the body has a `context` of its own, Dagster's can be read before that only."""
        rest = [s for s in function.body if id(s) not in self.claimed]
        own = any("context" in names_bound(statement) for statement in rest)
        later = any(reads_context(edit.text) for edit in self.body.edits)
        bound_first = any(line.startswith("context = ") for line in self.body.lines)
        if (own and later) or (bound_first and self.body.context):
            self.refuse(
                "DP052", "`context` is a name of the function's own, and Dagster's is needed", function
            )

    def _returns(self, function: ast.FunctionDef) -> None:
        returns = [n for n in own_nodes(function) if isinstance(n, ast.Return)]
        valued = [r for r in returns if r.value is not None and not _is_none(r.value)]
        self.body.returns = bool(valued)
        if not self.body.pushes:
            return
        names = ", ".join(name for _, name in self.body.pushes)
        if not valued:
            if returns:
                self.refuse(
                    "DP044", "an XCom is pushed, and the function may return before its end", returns[0]
                )
            return
        if len(valued) != len(returns) or not isinstance(function.body[-1], ast.Return):
            self.refuse(
                "DP044", "an XCom is pushed, and the function returns a value on some ways only", function
            )
        for statement in valued:
            assert statement.value is not None
            span = self.source.span(statement.value)
            start = Span(span.line, span.column, span.line, span.column)
            end = Span(span.end_line, span.end_column, span.end_line, span.end_column)
            bare_tuple = isinstance(statement.value, ast.Tuple)
            self.body.edits.append(Edit(start, "(" if bare_tuple else ""))
            self.body.edits.append(Edit(end, (")" if bare_tuple else "") + f", {names}"))

    def _datetimes(self, function: ast.FunctionDef) -> None:
        """Airflow gives pendulum datetimes: where the body may need more than a datetime has, it gets one."""
        parents = {id(child): node for node in walk(function) for child in children(node)}
        for name, text in self.moments.items():
            uses: list[ast.expr] = [n for n in walk(function) if isinstance(n, ast.Name) and n.id == name]
            uses += [node for asked, node in self.moments_asked if asked == name]
            if all(enough(n, parents) for n in uses):
                continue
            self.body.imports.add("import pendulum")
            line = f"{name} = {text}"
            self.body.lines = [
                f"{name} = pendulum.instance({text})" if li == line else li for li in self.body.lines
            ]


def _item_of(node: ast.expr) -> tuple[ast.expr | None, str | None, str | None]:
    """What `x["key"]` or `x.get("key", default)` reads, its key, and the text of the default of a `get`."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        key: ast.expr | None = node.slice
        base, default = node.value, None
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        if (
            node.keywords
            or not 1 <= len(node.args) <= 2
            or not all(isinstance(a, ast.Constant) for a in node.args)
        ):
            return None, None, None
        key, base = node.args[0], node.func.value
        default = ast.unparse(node.args[1]) if len(node.args) == 2 else "None"
    else:
        return None, None, None
    known = isinstance(key, ast.Constant) and isinstance(key.value, str)
    return base, key.value if known else None, default  # type: ignore[union-attr]  # known to be a text


def own_nodes(function: ast.AST) -> list[ast.AST]:
    """The nodes of a function without those of the functions and classes inside it."""
    found: list[ast.AST] = []
    for child in children(function):
        found.append(child)
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            found += own_nodes(child)
    return found


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
