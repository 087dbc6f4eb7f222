"""What the body of a step may refer to: the XComs of other tasks, values of arguments, templates."""

import ast
import builtins
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import zip_longest

from migrator.convert import assembled, context, own_macros
from migrator.convert.body import VARIABLE, Body, Input
from migrator.convert.context import Expression, expression
from migrator.convert.dag_parameters import parameter_of
from migrator.convert.dataset_events import KEYS, SENT, STATES, of_events, unknown_parts
from migrator.convert.ground import Ground
from migrator.convert.imported import import_line
from migrator.convert.items import is_whole, together
from migrator.convert.launch import launch
from migrator.convert.literals import written
from migrator.convert.naming import variable
from migrator.convert.outputs import declared_of, multiple_outputs
from migrator.convert.problem import Problem
from migrator.convert.source import Definition, Source, names_bound, names_in, names_read, nodes_of
from migrator.convert.starts import Timing
from migrator.ir import (
    Code,
    Dag,
    Derived,
    Dictionary,
    Function,
    Item,
    Literal,
    Sequence,
    Task,
    Template,
    Unknown,
    Value,
    XCom,
    constant,
)
from migrator.record import dataclass
from migrator.scan.closure import free_names

Given = Mapping[str, tuple[Value, ast.expr | None]]
OF_THE_DAG = ("dag.dag_id", "ti.dag_id", "task.dag_id", "task_instance.dag_id", "dag_run.dag_id")


@dataclass(frozen=True)
class Setting:
    """What is the same for all tasks of a DAG."""

    dag: Dag
    source: Source
    timing: Timing
    ground: Ground
    typed: bool = True  # keys of `dag_run.conf` may become fields
    others: Callable[[], frozenset[str]] = frozenset  # arguments of the users' own operators in the DAG
    call: ast.Call | None = None  # that makes the task at hand, where it is not the one of the text
    dbt: Mapping[str, str] | None = None  # the plan wants models as assets; why not for some tasks


class Scope:
    """For one task. What is asked of it is noted in `body`.

    `function` is the task's own, or an empty one where a rule writes the body.
    """

    def __init__(
        self, setting: Setting, task: Task, function: ast.FunctionDef | ast.Lambda, call: ast.Call | None
    ) -> None:
        self.source, self.timing, self.dag = setting.source, setting.timing, setting.dag
        self.ground = setting.ground
        self.task, self.function, self.call = task, function, call
        parameters = self.ground.parameters.get(self.dag.dag_id, {})
        of_run = launch(
            self.dag, task, by_hand=self.timing.by_hand, typed=setting.typed, parameters=parameters
        )
        self.body = Body(launch=of_run)
        self.taken = {*names_bound(function), *names_read(function)}
        self.instances: set[str] = set()  # names that hold the task instance
        self.contexts: set[str] = set()  # names that hold the whole context
        self.params: set[str] = set()  # names that hold `params`
        self.runs: set[str] = set()  # names that hold the DAG run
        self.named: dict[str, set[str]] = {}  # names that hold the DAG, or the task
        self.moments: dict[str, str] = {}  # names that hold a datetime of the context
        self.moments_asked: list[tuple[str, ast.expr]] = []  # and where the context was asked for it
        self.templates_dict: str | None = None
        self.asked_events = False
        self.native = own_macros.renders_values(self.dag)
        self.known: dict[str, str] = {}  # names that mean one text
        self.asked: dict[tuple[str, str], str] = {}  # XComs that the body looks up when it runs: their names
        self.holder = ""  # the variable that it asks for these
        self.claimed: set[int] = set()  # nodes that an edit has dealt with

    def node_of(self, keyword: str) -> ast.expr | None:
        """The expression for an argument of the operator: of its call, or of the decorator and what overrides it."""
        calls = [self.call] if self.call else []
        if self.task.taskflow:
            calls = self._decorating()
        return next((k.value for call in calls for k in call.keywords if k.arg == keyword), None)

    def _decorating(self) -> list[ast.Call]:
        found = [self.call.func] if self.call else []
        line = self.task.function.line if self.task.function else None
        function = self.source.functions.get(line or 0)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found += function.decorator_list
        return [call for call in found if isinstance(call, ast.Call)]

    # ------------------------------------------------------------------ inputs
    def pull(self, task_id: str, key: str, wanted: str | None = None) -> str:
        """The parameter that holds another task's XCom; made on first use, and called as wanted."""
        for given in self.body.inputs:
            if (given.task_id, given.key) == (task_id, key):
                return given.name
        last = task_id.rsplit(".", 1)[-1]
        name = wanted or variable(last if key == "return_value" else key)
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

    def names_of(self, given: Given) -> set[str]:
        """The names that arguments read, but for the tasks whose XComs they are."""
        return {
            name
            for value, node in given.values()
            if node is not None and not isinstance(value, XCom)
            for name in names_read(node)
        }

    # ------------------------------------------------------------------ values
    def text_of(self, value: Value, node: ast.expr | None) -> str | None:
        """The expression of the new module for the value of an argument; None after a problem was noted."""
        if isinstance(value, Template):
            return self.rendered(value.source)
        if isinstance(value, Code) and (parameter := parameter_of(value)):
            return self._parameter(parameter, node)
        if isinstance(value, (XCom, Item, Derived)):
            return self._of_run(value)
        if isinstance(value, Sequence):
            nodes = node.elts if isinstance(node, (ast.List, ast.Tuple, ast.Set)) else []
            pairs = zip_longest(value.items, nodes if len(nodes) == len(value.items) else ())
            parts = [self.text_of(item, own) for item, own in pairs]
            return None if None in parts else "[" + ", ".join(p for p in parts if p) + "]"
        if isinstance(value, Dictionary):
            own_nodes = nodes_of(node)
            items = {key: self.text_of(item, own_nodes.get(key)) for key, item in value.items.items()}
            return (
                None
                if None in items.values()
                else "{" + ", ".join(f"{k!r}: {v}" for k, v in items.items()) + "}"
            )
        if isinstance(value, Unknown):
            return self.refuse("DP040", f"an argument could not be worked out: {value.why}")
        if isinstance(value, Literal) and isinstance(value.value, str) and self.is_rendered(value.value):
            return self.rendered(value.value)
        if isinstance(value, Code) and not assembled.as_written(value, node, self):
            return assembled.text(value, self, node)
        return self._written(value, node)

    def unrendered(self, value: Value, node: ast.expr | None) -> str | None:
        """The same for an argument that Airflow does not render."""
        return self._written(value, node) if isinstance(value, (Literal, Code)) else self.text_of(value, node)

    def _parameter(self, name: str, node: ast.expr | None) -> str | None:
        """A parameter of the function that is the DAG."""
        found = self.body.launch.param(name)
        why = self.body.launch.problems.get(name, f"{name!r} is not known")
        return self.body.use(found) if found else self.refuse("DP057", why, node)

    def _written(self, value: Value, node: ast.expr | None) -> str | None:
        """The expression as it was written, where it means the same in the new module; else what it gave."""
        again = self.bound_again(node) if node is not None else set()
        away = self.ground.away(node) if node is not None else set()
        if node is not None and not again and not away and not _says_otherwise(node, value):
            self.taken.update(names_read(node))
            return self.source.segment(node)
        if isinstance(value, Literal) and (found := written(value.value)):
            self.body.imports.update(found.imports)
            return found.text
        if away:
            text = f"`{min(away)}` is set where tasks are made, and its value cannot be written down"
            return self.refuse("SC053", text, node)
        if again:
            return self.refuse("DP053", f"`{min(again)}` is assigned more than once in the file", node)
        return self.refuse("DP040", "an argument has no text of its own")

    def is_rendered(self, text: str) -> bool:
        """Whether a text without a template is another one afterwards."""
        return _changed_by_jinja(text) or (self.native and _is_literal(text))

    def _of_run(self, value: XCom | Item | Derived) -> str | None:
        """What only a run has."""
        if isinstance(value, XCom):
            return self.pulled(value)
        return self.item(value.name) if isinstance(value, Item) else self._derived(value)

    def item(self, name: str) -> str:
        """The parameter that gets what an item has under a name."""
        own = variable(name) if is_whole(self.dag, self.task) else name
        self.taken.add(own)
        return self.body.items.setdefault(name, own)

    def _derived(self, value: Derived) -> str | None:
        """A list that is made of lists."""
        parts = [self.text_of(item, None) for item in value.items]
        if None in parts:
            return None
        given = ", ".join(str(part) for part in parts)
        if value.kind == "concat":
            return "[" + ", ".join(f"*{part}" for part in parts) + "]"
        if value.kind == "map":
            return f"[{self.mapped_with(value)}(item) for item in {given}]"
        if value.fill is None:
            return f"list(zip({given}))"
        self.body.imports.add("from itertools import zip_longest")
        return f"list(zip_longest({given}, fillvalue={self.text_of(value.fill, None)}))"

    def mapped_with(self, value: Derived) -> str:
        """The function of `.map(...)`."""
        if isinstance(value.function, Function):
            if self.source.from_airflow(value.function.name):
                self.refuse(*self.source.why_airflow(value.function.name))
            return value.function.name
        if isinstance(value.function, Code) and value.function.source:
            return f"({value.function.source})"
        self.refuse("CF040", "what a list is mapped with is not known")
        return ""

    def bound_again(self, node: ast.expr) -> set[str]:
        """Names of which an expression reads the value they have there, and not the last one."""
        later = self.source.bindings(after=node.lineno) + self.source.bindings(node, after=node.lineno)
        return set(names_read(node)) & set(later)

    def gone(self, function: Definition) -> set[str]:
        """The names that the task's function reads, and that no statement of the new module sets."""
        closure = self.task.function.closure if self.task.function else {}
        parameters = {p.arg for p in ast.walk(function.args) if isinstance(p, ast.arg)}
        return {name for name in closure if not self.ground.stays(name)} - parameters

    def unknown_names(self) -> set[str]:
        """What a function that is defined where tasks are made reads of that place, and the model does not have."""
        if not self.ground.moves(self.function):
            return set()
        known = {
            *dir(builtins),
            *self.source.imports,
            *(self.task.function.closure if self.task.function else ()),
        }
        free = set(free_names(self.function)) - known
        return {name for name in free if not self.ground.in_module(name)}

    def enclosed(self, name: str) -> str | None:
        """What a name of the closure means, as text; None after a problem was noted."""
        value = self.task.function.closure.get(name) if self.task.function else None
        found = written(value.value) if isinstance(value, Literal) else None
        if isinstance(value, Template):
            found = written(value.source)
        if name in self.source.imports and found is None:
            self.body.imports.add(import_line(name, self.source))
            return name
        if found is None:
            text = f"`{name}` is set where the task is made, and its value cannot be written down"
            return self.refuse("SC053", text, self.function)
        self.body.imports.update(found.imports)
        return found.text

    def pulled(self, value: XCom) -> str:
        """An XCom; a key of `multiple_outputs` is an item of the dict that the task returns."""
        if value.key != "return_value" and self._has_multiple_outputs(value.task_id):
            return f"{self.pull(value.task_id, 'return_value')}[{value.key!r}]"
        return self.pull(value.task_id, value.key)

    def xcom(self, task_id: str, key: str, *, by_index: bool = False) -> str:
        """What `xcom_pull` gives: an XCom, or an item of the dict that a task with `multiple_outputs` returns."""
        if not by_index and together(
            self.dag, self.task, task_id
        ):  # what all instances have left behind by then
            self.refuse("CF070", f"pulls from {task_id} of the same mapped group without an index")
        if self.is_item(task_id, key):
            return f"({self.pull(task_id, 'return_value')} or {{}}).get({key!r})"
        return self.pull(task_id, key)

    def is_item(self, task_id: str, key: str) -> bool:
        """Whether a key is that of an item of what the task returns."""
        return key != "return_value" and self._has_multiple_outputs(task_id)

    def _has_multiple_outputs(self, task_id: str) -> bool:
        task = next((t for t in self.dag.tasks if t.task_id == task_id), None)
        return task is not None and multiple_outputs(task, self.source, airflow3=self.timing.airflow3)

    def declared(self, task_id: str) -> ast.expr | None:
        """The annotation of what a task's function returns."""
        task = next((t for t in self.dag.tasks if t.task_id == task_id), None)
        return declared_of(task, self.source) if task else None

    def rendered(self, template: str, pieces: Mapping[str, Expression] | None = None) -> str | None:
        """A template as an expression. `pieces`: names in it that the DAG file puts in."""
        from migrator.convert import templates  # jinja2 is not needed for every file

        scope = templates.Scope(
            self.timing,
            self.xcom if self.native else self._pull_text,
            self.constants(),
            self.body.launch,
            {**self._key(), **self._events(), **own_macros.macros(self.dag, self.source), **(pieces or {})},
            own_macros.filters(self.dag, self.source),
            self.native,
        )
        text = templates.translate(template, scope)
        if isinstance(text, Problem):
            return self.refuse(text.code, text.message)
        own = {name for macro in scope.macros.values() for name in names_in(macro.text)}
        if hidden := set(names_bound(self.function)) & names_in(text) & (own - {"context"}):
            return self.refuse("DP052", f"`{min(hidden)}` is a name of the function's own, and of a template")
        self.body.variables |= scope.environment
        self.body.imports |= scope.imports
        self.body.dated |= scope.dated
        self.body.context |= scope.context
        self.body.variables.update(VARIABLE.findall(text))
        return text

    def _events(self) -> dict[str, Expression]:
        """The events that datasets have."""
        found = {name: self.of_context(name) for name in sorted(KEYS)}
        return {name: each for name, each in found.items() if each}

    def _key(self) -> dict[str, Expression]:
        """`task_instance_key_str`."""
        date = expression("ds_nodash", self.timing)
        if date is None:
            return {}
        start = f"{self.dag.dag_id}__{self.task.task_id}__"
        return {"task_instance_key_str": replace(date, text=f"{start!r} + {date.text}")}

    def of_context(self, name: str) -> Expression | None:
        """What a name of the context becomes, or None when there is nothing for it."""
        if name not in KEYS or not context.given(name, self.timing):
            return self._key().get(name) or expression(name, self.timing)
        if name not in (SENT, STATES) and not self.asked_events:
            self.asked_events = True
            self.body.problems += unknown_parts(self.function, self.task.task_id)
        return of_events(name, self.task, self.source)

    def constants(self) -> dict[str, str]:
        """Parts of the context that are the same in every run."""
        own = {"task.task_id": self.task.task_id, "ti.task_id": self.task.task_id}
        owner = constant(self.task.args.get("owner"), "airflow")
        own |= {"task.owner": owner} if isinstance(owner, str) else {}
        return {
            **own,
            "task_instance.task_id": self.task.task_id,
            **dict.fromkeys(OF_THE_DAG, self.dag.dag_id),
            **({} if self.timing.airflow3 else {"test_mode": "False"}),
        }

    def _pull_text(self, task_id: str, key: str) -> str:
        self.body.texts.append(task_id)
        return self.xcom(task_id, key)

    def note(self, code: str, message: str) -> None:
        """Note what a person should know of the task, although it is native."""
        self.body.notes.append(Problem(code, message, None, self.task.task_id))

    def refuse(self, code: str, message: str, node: ast.AST | None = None) -> str | None:
        """Note why the task cannot be native. There is no text then: always None."""
        line = getattr(node, "lineno", None)
        self.body.problems.append(Problem(code, message, line, self.task.task_id))
        return None


def _changed_by_jinja(text: str) -> bool:
    """Airflow renders texts without a template as well: line ends become one, the last goes, and comments go."""
    return text.endswith("\n") or "\r" in text or "{#" in text


def _is_literal(text: str) -> bool:
    """Whether Python reads something in it: a DAG that renders native values makes that of it."""
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _says_otherwise(node: ast.expr, value: Value) -> bool:
    """Whether a constant of the text is not what the task has: the argument was set once more after the call."""
    if not isinstance(node, ast.Constant) or not isinstance(value, Literal):
        return False
    return type(node.value) is not type(value.value) or node.value != value.value
