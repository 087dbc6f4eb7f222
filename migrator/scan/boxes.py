"""DAGs and task groups while a file is read: what holds tasks."""

import ast
from collections.abc import Callable
from dataclasses import field

from migrator.record import dataclass
from migrator.scan.evaluator.instances import NOTHING, member_of
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Call, Native, Site, Thing, Unsorted, UserClass, UserFunction
from migrator.scan.states import Node, TaskState, XComRef, unknown_part

QUIET = ("test", "cli", "run", "clear", "log", "validate", "get_dagrun", "resolve_template_files")


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
    over: dict[str, object] = field(default_factory=dict)  # the same by parameter, constants as well
    nodes: dict[str, ast.expr] = field(default_factory=dict)  # the expressions of it
    of: UserClass | None = None  # where the scanned folder defines a group class of its own
    attributes: dict[str, object] = field(default_factory=dict)
    base_init: Native | None = None

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
        if (found := member_of(run, self, self.of, self.attributes, name, site)) is not NOTHING:
            return found
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

            inside = roots(self) if "roots" in name else leaves(self)
            return Native(name, lambda run, call: list(inside)) if name.startswith("get") else list(inside)
        return unknown_part(run, self, name, site)

    def assign(self, run: Interpreter, name: str, value: object, site: Site) -> None:
        """An attribute of the user's own."""
        self.attributes[name] = run.opaque("set under a doubt", site) if run.doubts else value
        if name == "default_args" and isinstance(value, dict):
            self.default_args = value

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
    numbered: dict[str, tuple[int, int]] = field(
        default_factory=dict
    )  # by id: tasks looked at, highest number
    partial: str | None = None
    factory: bool = False
    doc: str | None = None
    function: UserFunction | None = None
    of: UserClass | None = None  # where the scanned folder defines a DAG class of its own
    attributes: dict[str, object] = field(default_factory=dict)
    base_init: Native | None = None
    home: str = ""  # path of the module whose text made it
    top: int = 1  # line of the statement of the DAG file that led to it
    named: object = None  # the value that its id was made of

    def __post_init__(self) -> None:
        self.root = GroupState(None, self)

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """What DAG files use of a DAG."""
        if (found := member_of(run, self, self.of, self.attributes, name, site)) is not NOTHING:
            return found
        if name in ("get_task", "add_task", "add_tasks", "set_dependency", "has_task"):
            return Native(name, lambda run, call: getattr(self, f"_{name}")(run, call))
        if name == "task":
            from migrator.scan.constructs.taskflow import of_dag

            return of_dag(self)
        if name in QUIET:
            return Native(name, lambda run, call: None)
        plain = self._plain(name)
        if plain is not None:
            return plain
        return self.args[name] if name in self.args else unknown_part(run, self, name, site)

    def _plain(self, name: str) -> object | None:
        """What can be read off; None for anything else."""
        tasks = list(self.tasks.values())
        rules: dict[str, Callable[[], object]] = {
            "dag_id": lambda: self.dag_id,
            "default_args": lambda: self.default_args,
            "task_group": lambda: self.root,
            "tasks": lambda: tasks,
            "task_ids": lambda: list(self.tasks),
            "task_dict": lambda: dict(self.tasks),
            "task_count": lambda: len(tasks),
            "topological_sort": lambda: Native("topological_sort", lambda run, call: Unsorted(tasks)),
            "roots": lambda: [t for t in tasks if not t.upstream],
            "leaves": lambda: [t for t in tasks if not t.downstream],
        }
        return rules[name]() if name in rules else None

    def _get_task(self, run: Interpreter, call: Call) -> object:
        found = self.tasks.get(str(call.first("task_id")))
        return found or run.fail("Exception", f"there is no task {call.first('task_id')}", call.site)

    def _has_task(self, run: Interpreter, call: Call) -> object:
        return str(call.first("task_id")) in self.tasks

    def assign(self, run: Interpreter, name: str, value: object, site: Site) -> None:
        """An argument that is set afterwards."""
        value = run.opaque("set under a condition that is not known", site) if run.doubts else value
        if self.of is not None:
            self.attributes[name] = value
        if name == "default_args" and isinstance(value, dict):
            self.default_args = value
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
