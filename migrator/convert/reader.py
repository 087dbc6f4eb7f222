"""The body of a task's function: what it asks of Airflow, and the edits that make it ask Dagster.

Deciding is done here, on the syntax tree, and yields edits by position; `module.py` applies them.
"""

import ast
from collections import Counter
from functools import cached_property

from migrator.convert.annotations import for_checkers
from migrator.convert.asset_functions import functions
from migrator.convert.bases import FAIL, SKIP
from migrator.convert.body import Body
from migrator.convert.context import (
    DATETIMES,
    OF_PARTITIONS,
    TASK_INSTANCE,
    Expression,
    expression,
    reads_context,
)
from migrator.convert.dataset_events import SENDS, told_by_yielding
from migrator.convert.datetimes import enough
from migrator.convert.edits import DROPPED, PULLED
from migrator.convert.fstrings import fitted
from migrator.convert.items import place_in_list
from migrator.convert.naming import PARAMETERS, RESERVED
from migrator.convert.pushes import own_nodes
from migrator.convert.replaced import replaced
from migrator.convert.service_reader import ServiceReader
from migrator.convert.source import Edit, Span, names_bound
from migrator.convert.stand_ins import stand_in
from migrator.scan.tree import children, walk

CURRENT_CONTEXT = frozenset(
    {
        "airflow.operators.python.get_current_context",
        "airflow.providers.standard.operators.python.get_current_context",
        "airflow.sdk.get_current_context",
        "airflow.decorators.get_current_context",
    }
)


class Reader(ServiceReader):
    """Reads one function for one task. `bind` comes first, then `read`; the result is `body`."""

    yields = False  # whether it may

    def read(self) -> Body:
        """Look at each statement and expression of the body. `bind` comes first."""
        if isinstance(self.function, ast.Lambda):
            self.body.returns = True
            self._expressions(self.function.body)
            self._hidden_context(self.function)
            self._datetimes(self.function)
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
        target, value = _assigned(statement)
        mark = DROPPED
        if for_checkers(statement, self.source):
            target = None
        elif not isinstance(target, ast.Name) or value is None or self._assignments(target.id) > 1:
            return
        elif made := self.resource(value, instead_of=target.id):
            self.resources[target.id] = made
            mark = PULLED
        elif not self._is_name_of_context(target.id, value):
            pulled = self._pulled(value)
            if not pulled or self._pulled_before(pulled) or target.id in RESERVED | PARAMETERS:
                return
            self.add_input(target.id, *pulled)
            mark = PULLED
        self.claimed.update(id(n) for n in walk(statement))
        self.body.edits.append(Edit(self.source.span(statement), mark))

    def _is_name_of_context(self, name: str, value: ast.expr) -> bool:
        """Whether a value is a part of the context that the name now stands for."""
        key = self._context_key(value)
        if self._is_instance(value):
            self.instances.add(name)
        elif self._holds(value, "params", self.params):
            self.params.add(name)
        elif self._holds(value, "dag_run", self.runs):
            self.runs.add(name)
        elif key in ("dag", "task") and self._only_known(key, name):
            self.named.setdefault(key, set()).add(name)
        elif isinstance(value, ast.Call) and self.source.qualified(value.func) in CURRENT_CONTEXT:
            self.contexts.add(name)
        elif key == "templates_dict" and self.templates_dict:
            self.body.lines.append(f"{name} = {self.templates_dict}")
        else:
            return False
        return True

    def _holds(self, node: ast.expr, key: str, names: set[str]) -> bool:
        """Whether an expression is `params`, or the DAG run."""
        return node.id in names if isinstance(node, ast.Name) else self._context_key(node) == key

    def _is_local(self, name: str) -> bool:
        """Whether the function means something of its own by a name."""
        return self._bound[name] > 0 and name not in self.source.imports

    def _assignments(self, name: str) -> int:
        return self._bound[name]

    @cached_property
    def _bound(self) -> Counter[str]:
        return Counter(names_bound(self.function))

    def _known_part(self, node: ast.Attribute) -> str | None:
        """`context["dag"].dag_id`, `task.task_id`: what is the same in every run."""
        for name in ("dag", "task"):
            if self._holds(node.value, name, self.named.get(name, set())):
                return self.constants().get(f"{name}.{node.attr}")
        return None

    def _expressions(self, node: ast.AST) -> None:
        """Replace, or refuse, everything else that the body asks of Airflow. Outermost first."""
        if id(node) in self.claimed:
            if isinstance(node, (ast.stmt, ast.Attribute, ast.Subscript)):
                return
        elif isinstance(node, ast.Yield) and (told := self._told(node)):
            self._tell(node, told)
        elif isinstance(node, (ast.Yield, ast.YieldFrom)) and not self.yields:
            self.refuse("DP045", "a task that yields", node)
        elif isinstance(node, ast.Raise):
            self._raise(node)
        elif isinstance(node, ast.expr) and self._expression(node):
            return
        for child in children(node):
            self._expressions(child)

    def _told(self, node: ast.Yield) -> ast.expr | None:
        """What a task tells of an update by `yield Metadata(...)`, where all that it yields is told."""
        told = told_by_yielding(node, self.source)
        others = (n for n in own_nodes(self.function) if isinstance(n, (ast.Yield, ast.YieldFrom)))
        every = all(isinstance(n, ast.Yield) and told_by_yielding(n, self.source) for n in others)
        return told if every else None

    def _tell(self, node: ast.Yield, told: ast.expr) -> None:
        """The same call of Airflow's events, which leaves an ordinary function."""
        self.body.imports.add(SENDS)
        outer, inner = self.source.span(node), self.source.span(told)
        start = Span(outer.line, outer.column, inner.line, inner.column)
        end = Span(inner.end_line, inner.end_column, outer.end_line, outer.end_column)
        self.body.edits += [Edit(start, "events_to_send().tell("), Edit(end, ")")]

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
            return self._edit(node, self.xcom(*pulled, by_index=True))
        if several := self._pulled_list(node):
            return self._edit(node, several)
        if self.computed(node):
            return False
        if isinstance(node, ast.Attribute) and self._is_instance(node.value):
            return self._instance(node)
        if isinstance(node, ast.Attribute) and (known := self._known_part(node)):
            return self._edit(node, repr(known))
        if self._launched(node):
            return True
        if (key := self._context_key(node)) is not None:
            return self._from_context(node, key)
        if (text := self._in_place(node)) is not None:
            return self._edit(node, text) if text else True
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            return self._name(node)
        return False

    def _in_place(self, node: ast.expr) -> str | None:
        """What stands for a piece of Airflow: empty after a problem was noted, None for all other code."""
        if (resource := self.hook(node)) is not None:
            return resource
        found = stand_in(self.source, node)
        return self.body.use(found) if found else None

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
        if name in {*DATETIMES, *OF_PARTITIONS, "run_id"}:
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
        if node.attr == "log":
            self.body.context = True
            return self._edit(node, "context.log")
        found = expression(node.attr, self.timing) if node.attr in ("try_number", "run_id") else None
        if node.attr == "map_index":
            found = Expression(place_in_list(self.dag, self.task))
        if found:
            return self._edit(node, self.body.use(found))
        self.refuse("DP041", f"`ti.{node.attr}` as it is used here has no native form yet", node)
        return True

    def _from_context(self, node: ast.expr, key: str) -> bool:
        if key == "templates_dict" and self.templates_dict:
            name = self._local("templates_dict", self.templates_dict)
            return self._edit(node, name)
        if key in TASK_INSTANCE and self.forward(node, "ti"):
            return True
        found = self.of_context(key)
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
        if resource := self.resources.get(node.id):
            return resource == node.id or self._edit(node, resource)
        held = node.id in self.instances or node.id in self.contexts
        if held and self.forward(node, "ti" if node.id in self.instances else None):
            return True
        if held:
            self.refuse("DP041", f"`{node.id}` is used as a whole", node)
        elif (asset := functions(self.source).get(node.id)) and not self._is_local(node.id):
            self.body.imports.add("from ..runtime.dataset_events import Asset")
            return self._edit(node, f"Asset({asset.name!r}, {asset.address!r})")
        elif node.id == "__file__" and not self.source.placed:
            self.refuse("SC049", "uses the place of the DAG file", node)
        elif self.source.from_airflow(node.id) and not self._is_local(node.id):
            if line := replaced(node.id, self.source):
                self.body.imports.add(line)
                return True
            self.refuse(*self.source.why_airflow(node.id), node)
        return True

    def _hidden_context(self, function: ast.FunctionDef | ast.Lambda) -> None:
        """Where the body has a `context` of its own, Dagster's can be read before that only."""
        parts = (
            [function.body] if isinstance(function, ast.Lambda) else function.body
        )  # a coroutine's as well
        rest = [part for part in parts if id(part) not in self.claimed]
        own = any("context" in names_bound(statement) for statement in rest)
        later = any(reads_context(edit.text) for edit in self.body.edits)
        bound_first = any(line.startswith("context = ") for line in self.body.lines)
        if (own and later) or (bound_first and self.body.context):
            self.refuse(
                "DP052", "`context` is a name of the function's own, and Dagster's is needed", function
            )

    def _datetimes(self, function: ast.FunctionDef | ast.Lambda) -> None:
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


def _assigned(statement: ast.stmt) -> tuple[ast.expr | None, ast.expr | None]:
    """Target and value of an assignment to one target."""
    if isinstance(statement, ast.AnnAssign):
        return statement.target, statement.value
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return statement.targets[0], statement.value
    return None, None


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
