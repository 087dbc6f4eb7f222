"""The IR: what a DAG repository holds, in plain frozen values with their source positions.

Nothing here imports airflow, dagster or libcst. A stage returns a new value and never edits the one it was given.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from functools import cached_property

from migrator.ir.schedule import Manual, Schedule
from migrator.ir.values import Bound, Function, Literal, Unknown, Value
from migrator.record import dataclass

EXPAND_KWARGS = "expand_kwargs"  # in `expand`, stands for the names that only the mapped-over dicts know


@dataclass(frozen=True)
class Origin:
    """Where a fact was read, so that every finding can point at a line. Lines and columns count from 1."""

    file: str  # POSIX path relative to the scanned folder
    line: int = 1
    column: int = 1
    end_line: int | None = None
    seen_by: str = "static"  # "static", "runtime" or "both"


@dataclass(frozen=True)
class Task:
    """One operator instance; its id is the full one, with the prefixes of its groups, as in Airflow.

    `args` holds each argument that the operator gets: its own, the DAG's default_args that were not overridden, and
    for a mapped task those of `partial` and `expand`. Effective values (retries, ...) include Airflow's defaults.
    """

    task_id: str
    operator: str  # dotted name of the class as imported; "airflow.decorators.task[.kind]" for TaskFlow
    origin: Origin  # the call that creates it
    args: Mapping[str, Value] = field(default_factory=dict)
    own: frozenset[str] = (
        frozenset()
    )  # the names in `args` that the call itself gave (the rest are default_args)
    positional: tuple[Value, ...] = ()  # TaskFlow: the positional arguments of the call
    keywords: Mapping[str, Value] = field(default_factory=dict)  # TaskFlow: the keyword arguments of the call
    function: Function | None = None  # what python_callable or the decorated function is
    bound: Bound | None = None  # what python_callable is, where it is not a function alone
    upstream: frozenset[str] = frozenset()
    data_upstream: frozenset[str] = (
        frozenset()
    )  # tasks whose XComs an argument reads (a subset of upstream, or less)
    trigger_rule: str = "all_success"
    retries: int = 0
    retry_delay: float = 300.0  # seconds
    pool: str = "default_pool"
    mapped: bool = False
    expand: tuple[str, ...] = ()  # the argument names that a mapped task is mapped over
    taskflow: bool = False
    setup: bool = False
    teardown: bool = False
    group: str | None = None  # full id of the innermost group
    handed: Mapping[str, Value] | None = (
        None  # what the `__init__` of a users' class gives to Airflow's; None where there is none, or it is not known
    )
    rendered: Mapping[str, Value] = field(
        default_factory=dict
    )  # what that has set the template fields to, before Airflow renders them

    @property
    def operator_class(self) -> str:
        """The class name, as Airflow's `task_type` has it."""
        return TASKFLOW_CLASSES.get(self.operator) or self.operator.rsplit(".", 1)[-1]


# Airflow's class for each `@task.<kind>`; as `task_type` shows them in a DagBag of 2.11 and 3.3.
TASKFLOW_CLASSES = {
    "airflow.decorators.task": "_PythonDecoratedOperator",
    "airflow.decorators.task.python": "_PythonDecoratedOperator",
    "airflow.decorators.task.branch": "_BranchPythonDecoratedOperator",
    "airflow.decorators.task.short_circuit": "_ShortCircuitDecoratedOperator",
    "airflow.decorators.task.virtualenv": "_PythonVirtualenvDecoratedOperator",
    "airflow.decorators.task.external_python": "_PythonExternalDecoratedOperator",
    "airflow.decorators.task.branch_virtualenv": "_BranchPythonVirtualenvDecoratedOperator",
    "airflow.decorators.task.branch_external_python": "_BranchExternalPythonDecoratedOperator",
    "airflow.decorators.task.sensor": "DecoratedSensorOperator",
    "airflow.decorators.task.bash": "_BashDecoratedOperator",
    "airflow.decorators.task.docker": "_DockerDecoratedOperator",
    "airflow.decorators.task.kubernetes": "_KubernetesDecoratedOperator",
    "airflow.decorators.task.run_if": "_PythonDecoratedOperator",
    "airflow.decorators.task.skip_if": "_PythonDecoratedOperator",
}


@dataclass(frozen=True)
class Dag:
    """One DAG as Airflow would load it."""

    dag_id: str
    origin: Origin
    form: str = (
        "with"  # how it is written: "with", "decorator", "constructor"; "runtime" when no text was seen
    )
    schedule: Schedule = field(default_factory=Manual)
    start_date: str | None = None  # ISO 8601 with offset
    end_date: str | None = None
    timezone: str = "UTC"
    catchup: bool | None = None  # None: not said, so the default of the Airflow that runs it
    tags: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()  # of its tasks, without Airflow's default owner
    description: str | None = None
    doc_md: str | None = None
    args: Mapping[str, Value] = field(default_factory=dict)  # of the DAG itself, default_args apart
    default_args: Mapping[str, Value] = field(default_factory=dict)
    tasks: tuple[Task, ...] = ()
    groups: tuple[str, ...] = ()
    mapped_groups: Mapping[str, Mapping[str, Value]] = field(
        default_factory=dict
    )  # by id: what it is mapped over, by parameter; EXPAND_KWARGS for all that only run time knows
    partial: str | None = None  # why the task set is not known; None when it is
    factory: bool = False  # made by a function or a loop, so that one text stands for several DAGs
    part_of: str | None = None  # the DAG of which a task runs it, and whose dates it has (`parts.py`)
    reads: tuple[str, ...] = ()  # files that are no Python, of which the text decided what the DAG is

    def task(self, task_id: str) -> Task:
        """The task of that id. Raises KeyError."""
        return self._by_id[task_id]

    def downstream(self, task_id: str) -> frozenset[str]:
        """Ids of the tasks that follow a task directly."""
        return self._below.get(task_id, frozenset())

    @cached_property
    def _by_id(self) -> dict[str, Task]:
        return {task.task_id: task for task in reversed(self.tasks)}

    @cached_property
    def _below(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for task in self.tasks:
            for above in task.upstream:
                found.setdefault(above, set()).add(task.task_id)
        return {above: frozenset(below) for above, below in found.items()}

    def with_tasks(self, tasks: tuple[Task, ...]) -> "Dag":
        """The same DAG with other tasks."""
        return replace(self, tasks=tasks)


@dataclass(frozen=True)
class SourceFile:
    """A Python file of the scanned folder. `text` is None when it could not be read; a finding says why."""

    path: str  # POSIX, relative to Project.root
    text: str | None
    sha256: str | None


@dataclass(frozen=True)
class Project:
    """All that was read below one folder."""

    root: str
    dags: tuple[Dag, ...] = ()
    files: tuple[SourceFile, ...] = ()
    airflow: str | None = None  # version of the interpreter that was asked, if one was

    def file(self, path: str) -> SourceFile:
        """The file of that path. Raises KeyError."""
        for file in self.files:
            if file.path == path:
                return file
        raise KeyError(path)


def constant(value: Value | None, default: object = None) -> object:
    """The constant behind a value, or the default when there is none."""
    return value.value if isinstance(value, Literal) else default


__all__ = ["Dag", "Function", "Origin", "Project", "SourceFile", "Task", "Unknown", "Value", "constant"]
