"""Tasks, XComs and labels while a file is read: they grow as Airflow's own objects do."""

import ast
from dataclasses import field
from typing import TYPE_CHECKING

from migrator.record import dataclass
from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.instances import NOTHING, member_of
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Bound, Call, Native, Opaque, Partial, Site, Thing, UserClass

if TYPE_CHECKING:
    from migrator.scan.boxes import DagState, GroupState

SET_BY_BASE = ("trigger_rule", "retries", "retry_delay", "pool")

SHIFTS = (ast.LShift, ast.RShift)


def unknown_part(run: Interpreter, owner: Thing, name: str, site: Site) -> object:
    """An attribute of a DAG, group or task that has no meaning here: a call of it may change what it is of."""
    why = f"{owner.describe()} has no attribute {name!r} that the scanner knows"
    if name in ("__enter__", "__exit__"):
        return Thing.attribute(owner, run, name, site)
    return Opaque(why, site.text(), of=owner)


class Node(Thing):
    """What `>>` connects: a task, an XCom, a group, a label."""

    def combine(
        self, run: Interpreter, operator: ast.operator, other: object, site: Site, swapped: bool
    ) -> object:
        """An edge; nothing else is known of these."""
        from migrator.scan.edges import shift

        if not isinstance(operator, SHIFTS):
            return super().combine(run, operator, other, site, swapped)
        left, right = (other, self) if swapped else (self, other)
        return shift(run, left, right, upstream=isinstance(operator, ast.LShift), site=site)

    def relatives(self, name: str) -> Native | None:
        """`set_upstream` and `set_downstream`."""
        from migrator.scan.edges import relate

        if name not in ("set_upstream", "set_downstream"):
            return None

        def do(run: Interpreter, call: Call) -> None:
            relate(
                run,
                self,
                call.args[0] if call.args else call.first("other"),
                name == "set_upstream",
                call.site,
            )

        return Native(name, do)


@dataclass(eq=False)
class TaskState(Node):
    """One operator instance."""

    task_id: str
    operator: str
    site: Site
    dag: "DagState | None" = None
    group: "GroupState | None" = None
    called: Bound | Partial | None = None  # its `python_callable`, where that is not a function alone
    args: dict[str, object] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    nodes: dict[str, ast.expr] = field(default_factory=dict)
    positional: tuple[object, ...] = ()
    keywords: dict[str, object] = field(default_factory=dict)
    effective: dict[str, object] = field(
        default_factory=dict
    )  # where a custom class hands other values to its base
    function: object = None
    upstream: "dict[TaskState, None]" = field(default_factory=dict)
    downstream: "dict[TaskState, None]" = field(default_factory=dict)
    mapped: bool = False
    expand: tuple[str, ...] = ()
    taskflow: bool = False
    setup: bool = False
    teardown: bool = False
    turns: tuple[tuple[int, int], ...] = ()  # of loops over what has no fixed order
    of: UserClass | None = None  # where the scanned folder defines the operator class
    attributes: dict[str, object] = field(default_factory=dict)  # what its `__init__` has set
    keywords_to_base: dict[str, object] = field(default_factory=dict)  # what `__init__` handed on
    base_init: Native | None = None  # while `__init__` is read
    templates: tuple[str, ...] | None = None  # the arguments in which Airflow looks for XComs; None: all

    def value(self, name: str) -> object:
        """An argument as Airflow gets it."""
        return self.effective[name] if name in self.effective else self.args.get(name)

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """What DAG files use of a task."""
        if (method := self.relatives(name)) is not None:
            return method
        if name == "output":
            return XComRef(self)
        if name in ("as_setup", "as_teardown"):
            from migrator.scan.constructs.setup_teardown import marker

            return marker(self, name)
        plain = {"task_id": self.task_id, "dag": self.dag, "task_group": self.group, "operator": self}
        if name in plain:
            return plain[name]
        if name == "dag_id" and self.dag:
            return self.dag.dag_id
        if (found := member_of(run, self, self.of, self.attributes, name, site)) is not NOTHING:
            return found
        if name in ("upstream_list", "downstream_list"):
            return list(getattr(self, name.removesuffix("_list")))
        if name in ("upstream_task_ids", "downstream_task_ids"):
            return {t.task_id for t in getattr(self, name.removesuffix("_task_ids"))}
        if name in SET_BY_BASE and name in self.effective:
            return self.effective[name]
        return self.args[name] if name in self.args else unknown_part(run, self, name, site)

    def assign(self, run: Interpreter, name: str, value: object, site: Site) -> None:
        """An argument that is set afterwards."""
        from migrator.scan.boxes import DagState
        from migrator.scan.edges import follow

        if self.base_init is not None:
            self._initialise(run, name, value, site)
        elif name == "dag" and isinstance(value, DagState):
            value.add(run, self, site)
        elif name in ("is_setup", "is_teardown") and isinstance(value, bool):
            setattr(self, name.removeprefix("is_"), value)
        elif name in ("task_id", "task_group", "_task_group") and self.dag:
            run.world.doubtful(
                run, self.dag, "SC009", f"{name} of {self.task_id} is set after it was made", site
            )
        else:
            self.args[name] = self.effective[name] = value
            self.own.add(name)
            self.nodes.pop(name, None)
            if run.doubts and self.dag:
                run.world.check_doubt(run, self.dag)
            if self.templates is None or name in self.templates:
                follow(run, self, [value], site)

    def _initialise(self, run: Interpreter, name: str, value: object, site: Site) -> None:
        """Set by the `__init__` of the user's class; after that of the base, it has the last word."""
        value = run.opaque("set under a condition that is not known", site) if run.doubts else value
        self.attributes[name] = value
        if self.task_id and name in SET_BY_BASE:
            self.effective[name] = value

    def enter(self, run: Interpreter, site: Site) -> object:
        """`with setup_task:`."""
        run.world.setups.push([self])
        return run.world.setups

    def leave(self, run: Interpreter, site: Site) -> None:
        """The end of it."""
        run.world.setups.pop(run, site)

    def describe(self) -> str:
        """For messages."""
        return f"task {self.task_id}"


@dataclass(eq=False)
class XComRef(Node):
    """A value that a task leaves behind."""

    task: TaskState
    key: str = "return_value"

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """Parts of it, and what its task has."""
        if name == "key":
            return self.key
        if name in ("map", "zip", "concat"):
            return Native(name, lambda run, call: _derived(name, self, call))
        return self.task.attribute(run, name, site)

    def assign(self, run: Interpreter, name: str, value: object, site: Site) -> None:
        """Set on the task."""
        self.task.assign(run, name, value, site)

    def item(self, run: Interpreter, key: object, site: Site) -> object:
        """One key of several outputs."""
        return XComRef(self.task, key) if isinstance(key, str) else run.opaque("a part of an XCom", site)

    def enter(self, run: Interpreter, site: Site) -> object:
        """`with setup():`."""
        return self.task.enter(run, site)

    def leave(self, run: Interpreter, site: Site) -> None:
        """The end of it."""
        self.task.leave(run, site)

    def text(self) -> str:
        """The template that Airflow puts in its place; it makes no edge."""
        dag_id = self.task.dag.dag_id if self.task.dag else "_in_memory_dag_"
        return f"{{{{ task_instance.xcom_pull(task_ids='{self.task.task_id}', dag_id='{dag_id}', key='{self.key}') }}}}"

    def describe(self) -> str:
        """For messages."""
        return f"the output of {self.task.task_id}"


@dataclass(eq=False)
class Derived(Node):
    """`xcom.map(f)`, `xcom.zip(other)`, `xcom.concat(other)`."""

    kind: str
    refs: tuple[XComRef, ...]
    site: Site
    parts: tuple[object, ...] = ()  # the lists
    function: object = None  # of `map`
    fill: object = None  # of `zip`
    filled: bool = False

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """They can be chained."""
        if name in ("map", "zip", "concat"):
            return Native(name, lambda run, call: _derived(name, self, call))
        return self.relatives(name) or super().attribute(run, name, site)


def _derived(kind: str, base: "XComRef | Derived", call: Call) -> Derived:
    refs = _refs([base, *call.args])
    if kind == "map":
        return Derived(kind, refs, call.site, (base,), call.first("f"))
    filled = kind == "zip" and "fillvalue" in call.kwargs
    return Derived(kind, refs, call.site, (base, *call.args), None, call.kwargs.get("fillvalue"), filled)


def _refs(values: list[object]) -> tuple[XComRef, ...]:
    found: list[XComRef] = []
    for value in values:
        found += [value] if isinstance(value, XComRef) else value.refs if isinstance(value, Derived) else ()
    return tuple(found)


@dataclass(eq=False)
class Label(Node):
    """`Label("text")` between two tasks."""

    upstream: list[Node] = field(default_factory=list)
    downstream: list[Node] = field(default_factory=list)

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """Only edges."""
        return self.relatives(name) or super().attribute(run, name, site)


def find_xcoms(value: object, depth: int = 0, left: list[int] | None = None) -> list[XComRef]:
    """The XComs inside an argument, as Airflow looks for them: in lists, tuples, sets and dicts."""
    left = [bounds.NODES] if left is None else left
    left[0] -= 1
    if left[0] < 0 or value.__class__ in bounds.PLAIN:
        return []
    if isinstance(value, XComRef):
        return [value]
    if isinstance(value, Derived):
        return list(value.refs)
    if isinstance(value, TaskState):
        return [] if depth > 4 else [r for v in value.args.values() for r in find_xcoms(v, 5, left)]
    if depth < 12 and isinstance(value, (list, tuple, set, dict)):
        inner = value.values() if isinstance(value, dict) else value
        return [ref for v in inner for ref in find_xcoms(v, depth + 1, left)]
    return []
