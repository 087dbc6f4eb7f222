"""DAGs, tasks, groups, XComs and labels while a file is read: they grow as Airflow's own objects do."""

import ast
from dataclasses import dataclass, field

from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Call, Native, Site, Thing, UserFunction

SHIFTS = (ast.LShift, ast.RShift)


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
        if name in ("upstream_list", "downstream_list"):
            return list(getattr(self, name.removesuffix("_list")))
        if name in ("upstream_task_ids", "downstream_task_ids"):
            return {t.task_id for t in getattr(self, name.removesuffix("_task_ids"))}
        return self.args[name] if name in self.args else super().attribute(run, name, site)

    def assign(self, run: Interpreter, name: str, value: object, site: Site) -> None:
        """An argument that is set afterwards."""
        if name == "dag" and isinstance(value, DagState):
            value.add(run, self, site)
        elif name in ("is_setup", "is_teardown") and isinstance(value, bool):
            setattr(self, name.removeprefix("is_"), value)
        else:
            self.args[name] = self.effective[name] = value
            self.own.add(name)
            self.nodes.pop(name, None)
            if run.doubts and self.dag:
                run.world.check_doubt(run, self.dag)

    def enter(self, run: Interpreter, site: Site) -> object:
        """`with setup_task:`."""
        run.world.setups.push([self])
        return self

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
            return Native(name, lambda run, call: Derived(name, (self, *_refs(call.args)), call.site))
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

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """They can be chained."""
        if name in ("map", "zip", "concat"):
            return Native(name, lambda run, call: Derived(name, (*self.refs, *_refs(call.args)), call.site))
        return self.relatives(name) or super().attribute(run, name, site)


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


@dataclass(eq=False)
class GroupState(Node):
    """A task group; the root group of a DAG has no label."""

    label: str | None
    dag: "DagState"
    parent: "GroupState | None" = None
    prefix: bool = True
    default_args: dict[object, object] = field(default_factory=dict)
    children: list["TaskState | GroupState"] = field(default_factory=list)
    mapped_over: tuple[XComRef, ...] = ()
    pushed: list["GroupState | None"] = field(default_factory=list)

    @property
    def group_id(self) -> str | None:
        """The full id."""
        if self.label is None or self.parent is None:
            return self.label
        return self.parent.child_id(self.label) if self.parent.prefix and self.parent.label else self.label

    def child_id(self, label: str) -> str:
        """The id of a child, with the prefix if there is to be one."""
        group_id = self.group_id
        return f"{group_id}.{label}" if self.prefix and group_id else label

    def tasks(self) -> list[TaskState]:
        """All tasks inside, those of nested groups too."""
        found: list[TaskState] = []
        for child in self.children:
            found += child.tasks() if isinstance(child, GroupState) else [child]
        return found

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """What DAG files use of a group."""
        if (method := self.relatives(name)) is not None:
            return method
        if name == "group_id":
            return self.group_id
        if name in ("dag", "default_args", "label"):
            return getattr(self, name)
        if name == "child_id":
            return Native(name, lambda run, call: self.child_id(str(call.first("label"))))
        if name == "children":
            return {c.task_id if isinstance(c, TaskState) else c.group_id: c for c in self.children}
        if name == "add":
            return Native(name, lambda run, call: self._add(call.first("task")))
        if name in ("roots", "leaves", "get_roots", "get_leaves"):
            from migrator.scan.edges import leaves, roots

            found = roots(self) if "roots" in name else leaves(self)
            return Native(name, lambda run, call: list(found)) if name.startswith("get") else list(found)
        return super().attribute(run, name, site)

    def _add(self, task: object) -> None:
        if isinstance(task, TaskState) and task.group is not self:
            if task.group:
                task.group.children.remove(task)
            task.group = self
            self.children.append(task)

    def items(self) -> list[object] | None:
        """A loop over a group gives its tasks."""
        return list(self.tasks())

    def enter(self, run: Interpreter, site: Site) -> object:
        """What is made inside belongs to it."""
        run.world.groups.append(self)
        return self

    def leave(self, run: Interpreter, site: Site) -> None:
        """A mapped group follows what it is mapped over."""
        from migrator.scan.edges import relate

        run.world.groups.pop()
        for ref in self.mapped_over:
            relate(run, self, ref, True, site)

    def describe(self) -> str:
        """For messages."""
        return f"group {self.group_id}"


@dataclass(eq=False)
class DagState(Thing):
    """A DAG. One whose id is not known has none: its tasks are read, but it is not reported."""

    dag_id: str | None
    site: Site
    form: str = "constructor"
    args: dict[str, object] = field(default_factory=dict)
    nodes: dict[str, ast.expr] = field(default_factory=dict)
    default_args: dict[object, object] = field(default_factory=dict)
    tasks: dict[str, TaskState] = field(default_factory=dict)
    groups: list[GroupState] = field(default_factory=list)
    used_group_ids: set[str] = field(default_factory=set)
    partial: str | None = None
    factory: bool = False
    doc: str | None = None
    function: UserFunction | None = None
    top: int = 1  # line of the statement of the DAG file that led to it

    def __post_init__(self) -> None:
        self.root = GroupState(None, self)

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """What DAG files use of a DAG."""
        if name in ("dag_id", "default_args"):
            return (
                getattr(self, name) if name != "dag_id" or self.dag_id else run.opaque("the DAG's id", site)
            )
        if name == "task_group":
            return self.root
        if name == "tasks":
            return list(self.tasks.values())
        if name == "task_ids":
            return list(self.tasks)
        if name == "task_dict":
            return dict(self.tasks)
        if name == "get_task":
            return Native(
                name,
                lambda run, call: self.tasks.get(str(call.first("task_id"))) or run.opaque("a task", site),
            )
        if name in ("add_task", "add_tasks", "set_dependency"):
            return Native(name, lambda run, call: getattr(self, f"_{name}")(run, call))
        if name == "task":
            from migrator.scan.constructs.taskflow import of_dag

            return of_dag(self)
        if name in ("test", "cli", "run", "clear", "log"):
            return Native(name, lambda run, call: None)
        return self.args[name] if name in self.args else super().attribute(run, name, site)

    def assign(self, run: Interpreter, name: str, value: object, site: Site) -> None:
        """An argument that is set afterwards."""
        self.args[name] = value
        self.nodes.pop(name, None)

    def _add_task(self, run: Interpreter, call: Call) -> None:
        task = call.first("task")
        if isinstance(task, TaskState):
            self.add(run, task, call.site)
        else:
            run.world.doubtful(run, self, "SC009", "a task is added that is not known", call.site)

    def _add_tasks(self, run: Interpreter, call: Call) -> None:
        for task in run.items(call.first("tasks")) or [None]:
            self._add_task(run, Call([task], {}, call.site))

    def _set_dependency(self, run: Interpreter, call: Call) -> None:
        from migrator.scan.edges import relate

        up = self.tasks.get(str(call.first("upstream_task_id")))
        down = self.tasks.get(str(call.first("downstream_task_id", 1)))
        if up and down:
            relate(run, up, down, False, call.site)
        else:
            run.world.doubtful(run, self, "SC011", "an edge between tasks that are not known", call.site)

    def add(self, run: Interpreter, task: TaskState, site: Site) -> None:
        """A task that had no DAG, or has just been made."""
        if task.dag is self:
            return
        if task.task_id in self.tasks or task.task_id in self.used_group_ids:
            run.world.doubtful(run, self, "SC014", f"two tasks have the id {task.task_id!r}", site)
            return
        task.dag = self
        self.tasks[task.task_id] = task
        if task.group is None:
            task.group = self.root
            self.root.children.append(task)
        run.world.check_doubt(run, self)

    def enter(self, run: Interpreter, site: Site) -> object:
        """Airflow registers a DAG that is used as a context."""
        run.world.stack.append(self)
        if run.world.registers(self):
            self.form = "with" if self.form == "constructor" else self.form
        return self

    def leave(self, run: Interpreter, site: Site) -> None:
        """The end of it."""
        run.world.stack.pop()


def find_xcoms(value: object, depth: int = 0, left: list[int] | None = None) -> list[XComRef]:
    """The XComs inside an argument, as Airflow looks for them: in lists, tuples, sets and dicts."""
    left = [bounds.NODES] if left is None else left
    left[0] -= 1
    if left[0] < 0:
        return []
    if isinstance(value, XComRef):
        return [value]
    if isinstance(value, Derived):
        return list(value.refs)
    if isinstance(value, TaskState):
        return [] if depth > 4 else [r for v in value.args.values() for r in find_xcoms(v, 5, left)]
    if depth < 12 and isinstance(value, list | tuple | set | dict):
        inner = value.values() if isinstance(value, dict) else value
        return [ref for v in inner for ref in find_xcoms(v, depth + 1, left)]
    return []
