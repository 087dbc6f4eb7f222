"""The body of a task's function: what it asks of Airflow, and the edits that make it ask Dagster.

Deciding is done here, on the syntax tree, and yields edits by position; `module.py` applies them.
"""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from migrator.convert.context import DATETIMES, TASK_INSTANCE, Expression, expression
from migrator.convert.context import given as given_by_airflow
from migrator.convert.edits import DROPPED
from migrator.convert.naming import variable
from migrator.convert.problem import Problem
from migrator.convert.source import Edit, Source, Span, names_bound
from migrator.convert.timing import Timing
from migrator.convert.variables import variable_read
from migrator.ir import Dictionary, Literal, Sequence, Task, Template, Unknown, Value, XCom

VARIABLE = re.compile(r"AIRFLOW_VAR_\w+")
DATETIME_ATTRIBUTES = frozenset(
    [
        "year",
        "month",
        "day",
        "hour",
        "minute",
        "second",
        "microsecond",
        "date",
        "time",
        "timestamp",
        "strftime",
        "isoformat",
        "weekday",
        "isoweekday",
        "isocalendar",
        "replace",
        "tzinfo",
        "utcoffset",
        "timetuple",
        "toordinal",
    ]
)
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


@dataclass(frozen=True)
class Input:
    """A parameter of the new function that gets what another task left behind."""

    name: str
    task_id: str
    key: str = "return_value"
    annotation: str | None = None


@dataclass
class Body:
    """What becomes of a function. `lines` stand at the top of the new body, in order."""

    inputs: list[Input] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)
    pushes: list[tuple[str, str]] = field(default_factory=list)  # XCom key, local name
    problems: list[Problem] = field(default_factory=list)
    context: bool = False
    dated: bool = False
    skips: bool = False  # raises Skip, so that only a job of ops can hold it
    returns: bool = False  # puts out a value
    texts: list[str] = field(default_factory=list)  # tasks whose XComs were put into a template, so as text
    variables: set[str] = field(default_factory=set)  # environment variables that stand for Airflow's

    def use(self, found: Expression) -> str:
        """Note what an expression needs, and give its text."""
        self.imports.update(found.imports)
        self.dated |= found.dated
        self.context |= "context." in found.text
        self.variables.update(VARIABLE.findall(found.text))
        return found.text


class Reader:
    """Reads one function for one task. The result is `body`."""

    def __init__(
        self,
        source: Source,
        task: Task,
        function: ast.FunctionDef | ast.Lambda,
        timing: Timing,
        call: ast.Call | None,
    ) -> None:
        self.source, self.task, self.function, self.timing, self.call = source, task, function, timing, call
        self.body = Body()
        self.taken = set(names_bound(function))
        self.instances: set[str] = set()  # names that hold the task instance
        self.contexts: set[str] = set()  # names that hold the whole context
        self.moments: dict[str, str] = {}  # names that hold a datetime of the context
        self.templates_dict: str | None = None
        self.claimed: set[int] = set()  # nodes that an edit has dealt with

    def node_of(self, keyword: str) -> ast.expr | None:
        """The expression that the creating call gives for a keyword."""
        keywords = self.call.keywords if self.call else []
        return next((k.value for k in keywords if k.arg == keyword), None)

    # ------------------------------------------------------------------ inputs
    def pull(self, task_id: str, key: str) -> str:
        """The parameter that holds another task's XCom; made on first use."""
        for given in self.body.inputs:
            if (given.task_id, given.key) == (task_id, key):
                return given.name
        last = task_id.rsplit(".", 1)[-1]
        name = variable(last if key == "return_value" else key)
        while name in self.taken or any(i.name == name for i in self.body.inputs):
            name = f"{variable(last)}_{name}" if not name.startswith(variable(last)) else f"{name}_value"
        self.body.inputs.append(Input(name, task_id, key))
        self.taken.add(name)
        return name

    def add_input(self, name: str, task_id: str, key: str, annotation: str | None = None) -> None:
        """A parameter of the function that gets another task's XCom as it is."""
        for given in self.body.inputs:
            if (given.task_id, given.key) == (task_id, key):
                self.body.lines.append(f"{name} = {given.name}")
                return
        self.body.inputs.append(Input(name, task_id, key, annotation))

    # ------------------------------------------------------------------ values
    def text_of(self, value: Value, node: ast.expr | None) -> str | None:
        """The expression of the new module for the value of an argument; None after a problem was noted."""
        if isinstance(value, Template):
            return self.rendered(value.source)
        if isinstance(value, XCom):
            return self.pulled(value)
        if isinstance(value, Sequence):
            parts = [self.text_of(item, None) for item in value.items]
            return None if None in parts else "[" + ", ".join(p for p in parts if p) + "]"
        if isinstance(value, Dictionary):
            items = {key: self.text_of(item, None) for key, item in value.items.items()}
            return (
                None
                if None in items.values()
                else "{" + ", ".join(f"{k!r}: {v}" for k, v in items.items()) + "}"
            )
        if isinstance(value, Unknown):
            return self.refuse("DP040", f"an argument could not be worked out: {value.why}")
        if node is not None:
            return self.source.segment(node)
        if isinstance(value, Literal) and _written_as_repr(value.value):
            return repr(value.value)
        return self.refuse("DP040", "an argument has no text of its own")

    def pulled(self, value: XCom) -> str:
        """An XCom; a key of `multiple_outputs` is an item of the dict that the task returns."""
        if value.key == "return_value":
            return self.pull(value.task_id, value.key)
        return f"{self.pull(value.task_id, 'return_value')}[{value.key!r}]"

    def rendered(self, template: str) -> str | None:
        """A template as an expression."""
        from migrator.convert import templates  # jinja2 is not needed for every file

        scope = templates.Scope(self.timing, self._pull_text)
        text = templates.translate(template, scope)
        if isinstance(text, Problem):
            return self.refuse(text.code, text.message)
        self.body.imports |= scope.imports
        self.body.dated |= scope.dated
        self.body.context |= scope.context
        self.body.variables.update(VARIABLE.findall(text))
        return text

    def _pull_text(self, task_id: str, key: str) -> str:
        self.body.texts.append(task_id)
        return self.pull(task_id, key)

    def refuse(self, code: str, message: str, node: ast.AST | None = None) -> str | None:
        """Note why the task cannot be native. There is no text then: always None."""
        line = getattr(node, "lineno", None)
        self.body.problems.append(Problem(code, message, line, self.task.task_id))
        return None

    # ------------------------------------------------------------------ parameters
    def bind(self, given: Mapping[str, tuple[Value, ast.expr | None]], templates_dict: Value | None) -> None:
        """Give each parameter its value: from the call, from the context, or its default."""
        arguments = self.function.args
        if arguments.vararg:
            self.refuse("DP043", f"*{arguments.vararg.arg} in the signature", self.function)
        if templates_dict is not None:
            self.templates_dict = self.text_of(templates_dict, None)
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults: dict[str, ast.expr] = {}
        for parameter, default in zip(reversed(positional), reversed(arguments.defaults), strict=False):
            defaults[parameter.arg] = default
        for parameter, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if keyword_default is not None:
                defaults[parameter.arg] = keyword_default
        for parameter in [*positional, *arguments.kwonlyargs]:
            self._bind_one(parameter, given, defaults.get(parameter.arg))
        if arguments.kwarg:
            self.contexts.add(arguments.kwarg.arg)
            names = {p.arg for p in [*positional, *arguments.kwonlyargs]}
            self._check_keys(arguments.kwarg.arg, names)
            for name in sorted(given.keys() - names):
                self.refuse(
                    "DP043", f"the argument {name!r} goes into **{arguments.kwarg.arg}", self.function
                )

    def _check_keys(self, kwarg: str, names: set[str]) -> None:
        """What a parameter takes is not in `**context` any more: Airflow's task would fail with a KeyError."""
        for node in ast.walk(self.function):
            if isinstance(node, ast.Subscript) and self._context_key(node) in names:
                self.refuse(
                    "DP050",
                    f"{self.source.segment(node)}: a parameter of that name takes it out of **{kwarg}",
                    node,
                )

    def _bind_one(
        self, parameter: ast.arg, given: Mapping[str, tuple[Value, ast.expr | None]], default: ast.expr | None
    ) -> None:
        name = parameter.arg
        if name in given:
            value, node = given[name]
            if (
                isinstance(value, XCom)
                and value.key == "return_value"
                and name not in ("context", "config", "_")
            ):
                annotation = self.source.segment(parameter.annotation) if parameter.annotation else None
                self.add_input(name, value.task_id, value.key, annotation)
            elif text := self.text_of(value, node):
                self._line(name, text)
        elif given_by_airflow(name, self.timing):
            self._bind_context(name, parameter)
        elif name == "context" and default is None:
            self.refuse("DP043", "a parameter `context` without a value", parameter)
        elif default is not None:
            self._line(name, self.source.segment(default))
        else:
            self.refuse("DP043", f"the parameter {name!r} gets no value", parameter)

    def _line(self, name: str, text: str) -> None:
        if name != text:
            self.body.lines.append(f"{name} = {text}")

    def _bind_context(self, name: str, parameter: ast.arg) -> None:
        if name in TASK_INSTANCE:
            self.instances.add(name)
        elif name == "templates_dict":
            self._line(name, self.templates_dict or "None")
        elif not self._reads(name):
            return
        elif found := expression(name, self.timing):
            if name in DATETIMES:
                self.moments[name] = found.text
            self._line(name, self.body.use(found))
        else:
            self.refuse("DP041", f"`{name}` of the context has no native form yet", parameter)

    def _reads(self, name: str) -> bool:
        return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(self.function))

    # ------------------------------------------------------------------ the body
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
        self._returns(self.function)
        self._datetimes(self.function)
        return self.body

    def _statement(self, statement: ast.stmt) -> None:
        """`ti = context["ti"]`, `context = get_current_context()`, `rows = ti.xcom_pull("extract")`."""
        if not (isinstance(statement, ast.Assign) and len(statement.targets) == 1):
            return
        target, value = statement.targets[0], statement.value
        if not isinstance(target, ast.Name) or self._assignments(target.id) > 1:
            return
        if self._is_instance(value):
            self.instances.add(target.id)
        elif isinstance(value, ast.Call) and self.source.qualified(value.func) in CURRENT_CONTEXT:
            self.contexts.add(target.id)
        elif self._context_key(value) == "templates_dict" and self.templates_dict:
            self.body.lines.append(f"{target.id} = {self.templates_dict}")
        elif (pulled := self._pulled(value)) and not self._pulled_before(pulled) and target.id != "context":
            self.add_input(target.id, *pulled)
        else:
            return
        self.claimed.update(id(n) for n in ast.walk(statement))
        self.body.edits.append(Edit(self.source.span(statement), DROPPED))

    def _assignments(self, name: str) -> int:
        return sum(bound == name for bound in names_bound(self.function))

    def _pulled_before(self, pulled: tuple[str, str]) -> bool:
        return any((i.task_id, i.key) == pulled for i in self.body.inputs)

    def _is_instance(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self.instances
        return self._context_key(node) in TASK_INSTANCE

    def _context_key(self, node: ast.expr) -> str | None:
        """The key in `context["ds"]` or `context.get("ds")`."""
        key: ast.expr | None = None
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Name)
            and node.value.id in self.contexts
        ):
            key = node.slice
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get"
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in self.contexts
            and len(node.args) == 1
        ):
            key = node.args[0]
        return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None

    def _pulled(self, node: ast.expr) -> tuple[str, str] | None:
        """Task and key of `ti.xcom_pull(...)` with constant arguments."""
        if not self._calls_instance(node, "xcom_pull"):
            return None
        assert isinstance(node, ast.Call)
        given = {k.arg or "**": k.value for k in node.keywords}
        given.update(zip(("task_ids", "dag_id", "key"), node.args, strict=False))
        task_id, key = given.pop("task_ids", None), given.pop("key", ast.Constant("return_value"))
        if given or not isinstance(task_id, ast.Constant) or not isinstance(key, ast.Constant):
            return None
        return (
            (task_id.value, key.value)
            if isinstance(task_id.value, str) and isinstance(key.value, str)
            else None
        )

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
            if key.value in (k for k, _ in self.body.pushes):
                self.refuse("DP044", f"the key {key.value!r} is pushed twice", call)
            name = variable(key.value)
            while name in self.taken:
                name = f"pushed_{name}"
            self.taken.add(name)
            self.body.pushes.append((key.value, name))
            self._replace_around(call, value, f"{name} = ")
            self.claimed.update(id(n) for n in ast.walk(call.func))

    def _replace_around(self, whole: ast.expr, kept: ast.expr, before: str) -> None:
        """Keep one expression inside another, with a new text before it; edits inside it still apply."""
        outer, inner = self.source.span(whole), self.source.span(kept)
        opening, closing = ("(", ")") if inner.line != inner.end_line else ("", "")
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
        for child in ast.iter_child_nodes(node):
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
        if (key := self._context_key(node)) is not None:
            return self._from_context(node, key)
        if found := variable_read(self.source, node):
            return self._edit(node, self.body.use(found))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            return self._name(node)
        return False

    def _edit(self, node: ast.expr, text: str) -> bool:
        self.body.edits.append(Edit(self.source.span(node), text))
        return True

    def _instance(self, node: ast.Attribute) -> bool:
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
        elif self.source.from_airflow(node.id):
            self.refuse("OP041", f"uses {self.source.imports[node.id]}", node)
        return True

    # ------------------------------------------------------------------ results
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
        parents = {id(child): node for node in ast.walk(function) for child in ast.iter_child_nodes(node)}
        for name, text in self.moments.items():
            uses = [n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == name]
            if all(_enough(n, parents.get(id(n))) for n in uses):
                continue
            self.body.imports.add("import pendulum")
            line = f"{name} = {text}"
            self.body.lines = [
                f"{name} = pendulum.instance({text})" if li == line else li for li in self.body.lines
            ]


def own_nodes(function: ast.AST) -> list[ast.AST]:
    """The nodes of a function without those of the functions and classes inside it."""
    found: list[ast.AST] = []
    for child in ast.iter_child_nodes(function):
        found.append(child)
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            found += own_nodes(child)
    return found


def _enough(name: ast.Name, parent: ast.AST | None) -> bool:
    """Whether a plain datetime does where a name of a pendulum datetime stands."""
    if isinstance(parent, ast.Attribute):
        return parent.attr in DATETIME_ATTRIBUTES
    return isinstance(parent, ast.Compare | ast.BinOp | ast.FormattedValue | ast.arg)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _written_as_repr(value: object) -> bool:
    if isinstance(value, list | tuple | set):
        return all(map(_written_as_repr, value))
    if isinstance(value, dict):
        return all(_written_as_repr(k) and _written_as_repr(v) for k, v in value.items())
    return value is None or isinstance(value, bool | int | float | str | bytes)
