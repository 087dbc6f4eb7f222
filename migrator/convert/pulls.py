"""Which XComs a task may read, seen from outside: from its arguments, its templates, and the code that it runs.

A bridged task runs in Airflow, where it reads what it likes; it must have been given that before.
"""

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import field

from migrator.convert.source import Source, names_read
from migrator.ir import Code, Dag, Function, Task, Template, Unknown, Value, XCom, walk
from migrator.record import dataclass
from migrator.scan.tree import walk as nodes_of

PULL = "xcom_pull"
CONTEXT = frozenset({"ti", "task_instance", "context", "kwargs", "ctx"})
RETURNED = "return_value"
# Arguments of every operator that hold no XCom, and callables that get a context only to show it.
SETTINGS = frozenset(
    {"dag", "start_date", "end_date", "retry_delay", "execution_timeout", "sla", "params", "executor_config"}
)
# What asks Airflow's database of other runs or tasks, and what changes it.
ELSEWHERE = frozenset(
    [
        *("triggering_dataset_events", "triggering_asset_events", "inlet_events", "outlet_events"),
        *("prev_data_interval_start_success", "prev_data_interval_end_success", "prev_start_date_success"),
        *("prev_end_date_success", "prev_execution_date_success", "include_prior_dates"),
        *("get_previous_dagrun", "get_previous_ti", "get_previous_execution_date", "get_previous_start_date"),
        *("previous_ti", "previous_ti_success", "provide_session", "create_session", "trigger_dag"),
    ]
)
WRITES = ("Variable.set", "Variable.update", "Variable.delete", "DagRun.find", "DagModel.get_dagmodel")
HARMLESS = frozenset(dir(builtins)) - {"getattr", "eval", "exec", "map"} | {
    *("airflow", "self", "json", "logging", "log", "logger", "pprint")
}


@dataclass
class Pulls:
    """`named` are pairs of task and key. `why`: it may read anything, and why that is so.

    `elsewhere`: what it reads or writes in Airflow's database beside the run, where nothing is.
    """

    named: set[tuple[str, str]] = field(default_factory=set)
    why: str = ""
    elsewhere: set[str] = field(default_factory=set)

    def add(self, call: ast.Call | None) -> None:
        """Note a call of `xcom_pull`; one that cannot be worked out may be of anything."""
        found = _read(call) if call else None
        if found is None:
            self.why = self.why or "a task id or key that is worked out when it runs"
        else:
            self.named |= found


def pulls(task: Task, dag: Dag, source: Source) -> Pulls:
    """What the task may read of the tasks before it."""
    found = Pulls({(up, RETURNED) for up in task.data_upstream})
    given = [*task.args.items(), *task.keywords.items(), *(("", value) for value in task.positional)]
    for name, argument in given:
        for value in walk(argument):
            _of_value(name, value, found, dag, source)
    code = _Code(source, found)
    if task.function is not None:
        code.function(task.function)
    if not task.operator.startswith("airflow."):
        code.operator(task.operator)
    return found


def _of_value(name: str, value: Value, found: Pulls, dag: Dag, source: Source) -> None:
    if isinstance(value, XCom):
        found.named.add((value.task_id, value.key))
    elif isinstance(value, Template):
        _of_template(value.source, found)
        found.elsewhere |= set(re.findall(r"\w+", value.source)) & ELSEWHERE
    elif name.startswith("on_"):  # a callback: what it reads here, and no more
        if isinstance(value, Function) and not value.qualified:
            _Code(source, found).function(value)
    elif isinstance(value, Unknown) and name not in SETTINGS:
        found.why = found.why or f"`{name}` could not be worked out"
    elif isinstance(value, Code) and (PULL in value.source or ".output" in value.source):
        found.why = found.why or f"`{name}` reads an XCom"
    elif isinstance(value, Function) and name != "python_callable":
        _Code(source, found).function(value)
    elif "task_id" in name and name != "task_id":
        named = getattr(value, "value", None)
        ids = [named] if isinstance(named, str) else named if isinstance(named, (list, tuple)) else []
        found.named |= {(t.task_id, RETURNED) for t in dag.tasks if t.task_id in ids}


def _of_template(text: str, found: Pulls) -> None:
    """The calls of `xcom_pull` in a template."""
    if PULL not in text:
        return
    from jinja2 import Environment, TemplateSyntaxError, nodes

    try:
        tree = Environment(extensions=["jinja2.ext.do"]).parse(text)
    except TemplateSyntaxError:
        found.add(None)
        return
    seen = 0
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Getattr) and call.node.attr == PULL:
            seen += 1
            found.add(_as_python(call))
    if seen < text.count(PULL):
        found.add(None)


def _as_python(call: "object") -> ast.Call | None:
    """The same call, with its constants, for `_read`."""
    given, keywords = getattr(call, "args", []), getattr(call, "kwargs", [])
    if getattr(call, "dyn_args", None) or getattr(call, "dyn_kwargs", None):
        return None
    try:
        args = [_written(a.as_const()) for a in given]
        named = [ast.keyword(k.key, _written(k.value.as_const())) for k in keywords]
    except Exception:  # jinja2 says `Impossible`, or what the expression itself raises
        return None
    return ast.Call(ast.Name(PULL), args, named)


def _written(value: object) -> ast.expr:
    return ast.parse(repr(value), mode="eval").body


def _read(call: ast.Call) -> set[tuple[str, str]] | None:
    """Tasks and keys of a call with constants; None for one that names no task, or that is not constant."""
    given = {k.arg or "**": k.value for k in call.keywords}
    given.update(zip(("task_ids", "dag_id", "key"), call.args, strict=False))
    try:
        plain = {name: ast.literal_eval(node) for name, node in given.items() if name != "default"}
    except (ValueError, TypeError):
        return None
    ids, key = plain.get("task_ids"), plain.get("key", RETURNED)
    if "**" in plain or any(isinstance(a, ast.Starred) for a in call.args) or not isinstance(key, str):
        return None
    if plain.get("dag_id"):
        return set()  # of another DAG, whose values are not here
    if isinstance(ids, str):
        return {(ids, key)}
    return {(str(i), key) for i in ids} if isinstance(ids, (list, tuple, set)) else None


class _Code:
    """Follows the code of one task through the file that it stands in."""

    def __init__(self, source: Source, found: Pulls) -> None:
        self.source, self.found = source, found
        self.seen: set[str] = set()
        self.known = {
            node.name: node
            for node in source.tree.body
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        }

    def function(self, function: Function) -> None:
        """The callable of a task."""
        node = self.source.functions.get(function.line or 0) if not function.qualified else None
        if node is not None:
            self._node(node)
        elif (function.qualified or "").split(".")[0] != "airflow":
            self._unseen(function.name)

    def operator(self, dotted: str) -> None:
        """The class of a task, if it is not one of Airflow's own."""
        self._class(dotted.rsplit(".", 1)[-1])

    def _class(self, name: str) -> None:
        node = self.known.get(name)
        if not isinstance(node, ast.ClassDef):
            self._unseen(name)
            return
        if name in self.seen:
            return
        self.seen.add(name)
        for base in node.bases:
            dotted = self.source.qualified(base) or ""
            if dotted.split(".")[0] not in ("airflow", "object", "abc", "typing"):
                self._class(dotted)
        self._node(node)

    def _node(self, node: ast.AST) -> None:
        """Its calls of `xcom_pull`, and those of what it calls in the same file."""
        self.found.elsewhere |= {word for inner in nodes_of(node) for word in _words(inner)} & ELSEWHERE
        for call in _calls(node):
            if (self.source.qualified(call.func) or "").endswith(WRITES):
                self.found.elsewhere.add(ast.unparse(call.func))
            if isinstance(call.func, ast.Attribute) and call.func.attr == PULL:
                self.found.add(call)
            elif _hands_on(call):
                self._handed(call)
        for name in names_read(node):
            if name in self.known and name not in self.seen:
                self.seen.add(name)
                self._node(self.known[name])

    def _handed(self, call: ast.Call) -> None:
        """A call that gets the task's context: of this file it has been, or will be, looked at."""
        name = self.source.qualified(call.func)
        if isinstance(call.func, ast.Name) and call.func.id in self.known:
            return
        if name and name.split(".")[0] in HARMLESS:
            return
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, (ast.Call, ast.Name)):
            base = call.func.value
            base_name = self.source.qualified(base.func if isinstance(base, ast.Call) else base) or ""
            if base_name.split(".")[0] in HARMLESS:
                return
        self._unseen(ast.unparse(call.func))

    def _unseen(self, name: str) -> None:
        self.found.why = self.found.why or f"`{name}` is defined elsewhere"


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (inner for inner in nodes_of(node) if isinstance(inner, ast.Call))


def _words(node: ast.AST) -> Iterator[str]:
    """The names, attributes, parameters, keywords and keys in one node."""
    for part in ("id", "attr", "arg", "value"):
        word = getattr(node, part, None)
        if isinstance(word, str):
            yield word


def _hands_on(call: ast.Call) -> bool:
    """Whether a call gets the whole context, or the task instance."""
    given = [*call.args, *(k.value for k in call.keywords)]
    return any(isinstance(one, ast.Name) and one.id in CONTEXT for one in given)
