"""`@setup`, `@teardown`, `.as_setup()`, `.as_teardown()`, `with setup_task:`, with Airflow's rules for edges."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Call, Native, Site, Thing, UserFunction
from migrator.scan.registry import means

if TYPE_CHECKING:
    from migrator.scan.world import TaskState

LAST = "all_done_setup_success"


def marker(task: "TaskState", name: str) -> Native:
    """The method `as_setup` or `as_teardown` of a task."""
    return Native(
        name, lambda run, call: _as_setup(task) if name == "as_setup" else _as_teardown(run, task, call)
    )


def _as_setup(task: "TaskState") -> "TaskState":
    task.setup = True
    return task


def _as_teardown(run: Interpreter, task: "TaskState", call: Call) -> "TaskState":
    from migrator.scan.edges import as_nodes, lost, relate, tasks_of

    task.teardown = True
    task.effective["trigger_rule"] = LAST
    for name, value in call.kwargs.items():
        if name != "setups":
            task.args[name] = value
    if "setups" in call.kwargs:
        setups = as_nodes(run, call.kwargs["setups"])
        if setups is None:
            lost(run, [task], call.site)
        for setup in [t for n in setups or () for t in tasks_of(n)]:
            setup.setup = True
            relate(run, setup, task, False, call.site)
    return task


def _marked(run: Interpreter, call: Call, **marks: object) -> object:
    """The decorated function as a setup or teardown."""
    from migrator.scan.constructs.taskflow import TaskFunction

    function = call.args[0]
    if isinstance(function, UserFunction):
        function = TaskFunction("", function, {})
    if isinstance(function, TaskFunction):
        for name, value in marks.items():
            setattr(function, name, value) if name != "options" else function.options.update(value)  # type: ignore[call-overload]
    return function


@means("airflow.decorators.setup", "airflow.sdk.setup")
def setup(run: Interpreter, call: Call) -> object:
    if not call.args:
        return Native("setup", lambda run, call: _marked(run, call, setup=True))
    return _marked(run, call, setup=True)


@means("airflow.decorators.teardown", "airflow.sdk.teardown")
def teardown(run: Interpreter, call: Call) -> object:
    options = dict(call.kwargs)
    if not call.args:
        return Native("teardown", lambda run, call: _marked(run, call, teardown=True, options=options))
    return _marked(run, call, teardown=True, options=options)


class ContextWrapper(Thing):
    """`context_wrapper([setup1, setup2])`, used with `with`."""

    def __init__(self, tasks: "list[TaskState]") -> None:
        self.tasks = tasks

    def enter(self, run: Interpreter, site: Site) -> object:
        """As for one task."""
        run.world.setups.push(self.tasks)
        return run.world.setups

    def leave(self, run: Interpreter, site: Site) -> None:
        """Likewise."""
        run.world.setups.pop(run, site)


@means("airflow.decorators.setup_teardown.context_wrapper")
def context_wrapper(run: Interpreter, call: Call) -> object:
    from migrator.scan.edges import as_nodes, tasks_of

    nodes = as_nodes(run, call.first("tasks")) or []
    return ContextWrapper([t for n in nodes for t in tasks_of(n)])


class SetupContext(Thing):
    """The `with` blocks of setups and teardowns that are open. Each remembers the tasks made inside it."""

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """`context.add_task(task)`, for one that was made outside."""
        return Native(name, self._add) if name == "add_task" else super().attribute(run, name, site)

    def _add(self, run: Interpreter, call: Call) -> None:
        from migrator.scan.edges import as_nodes, tasks_of

        for node in as_nodes(run, call.first("task")) or ():
            for task in tasks_of(node):
                self.added.add(task)
                self.note(task)

    def __init__(self) -> None:
        self.setups: list[list[TaskState]] = []
        self.teardowns: list[list[TaskState]] = []
        self.after_setup: list[list[TaskState]] = []
        self.before_teardown: list[list[TaskState]] = []
        self.made: dict[tuple[TaskState, ...], list[TaskState]] = {}
        self.kinds: list[str] = []
        self.added: set[TaskState] = set()  # by name, and not by being made inside

    def push(self, tasks: "list[TaskState]") -> None:
        """Enter a block; the other half of the pair is found along the edges."""
        if not tasks:
            self.kinds.append("none")
        elif tasks[0].teardown:
            self.kinds.append("teardown")
            self.teardowns.append(tasks)
            self.before_teardown.append(_search(tasks[0], tasks[0].upstream, lambda t: t.setup))
        else:
            self.kinds.append("setup")
            self.setups.append(tasks)
            self.after_setup.append(_search(tasks[0], tasks[0].downstream, lambda t: t.teardown))

    def note(self, task: "TaskState") -> None:
        """A task was made inside the open blocks."""
        for open_blocks in (self.setups, self.teardowns):
            if open_blocks:
                self.made.setdefault(tuple(open_blocks[-1]), []).append(task)

    def pop(self, run: Interpreter, site: Site) -> None:
        """Leave a block: setups before what begins in it, teardowns after what ends in it.

        Airflow does not see mapped tasks there.
        """
        kind = self.kinds.pop()
        if kind == "none":
            return
        current = (self.setups if kind == "setup" else self.teardowns).pop()
        other = (self.after_setup if kind == "setup" else self.before_teardown).pop()
        setups, teardowns = (current, other) if kind == "setup" else (other, current)
        made = self.made.pop(tuple(current), [])
        work = [t for t in made if not (t.setup or t.teardown or (t.mapped and t not in self.added))]
        if work:
            first = [t for t in work if not t.upstream] or work[:1]
            last = [t for t in work if not t.downstream] or work[-1:]
            _connect(run, setups, first, site)
            _connect(run, last, teardowns, site)
        self._nest(run, kind, current, other, site)

    def _nest(
        self, run: Interpreter, kind: str, current: "list[TaskState]", other: "list[TaskState]", site: Site
    ) -> None:
        """An inner pair lies between the halves of the outer one."""
        outer = self.setups if kind == "setup" else self.teardowns
        outer_other = self.after_setup if kind == "setup" else self.before_teardown
        if outer:
            _connect(run, *((outer[-1], current) if kind == "setup" else (current, outer[-1])), site)
        if outer_other and outer_other[-1] and other:
            _connect(run, *((other, outer_other[-1]) if kind == "setup" else (outer_other[-1], other)), site)


def _connect(
    run: Interpreter, above: "Sequence[TaskState]", below: "Sequence[TaskState]", site: Site
) -> None:
    from migrator.scan.edges import connect

    for one in above:
        for other in below:
            connect(run, one, other, site)


def _search(
    start: "TaskState", first: "dict[TaskState, None]", wanted: "Callable[[TaskState], bool]"
) -> "list[TaskState]":
    """The nearest tasks along the edges that are wanted."""
    seen = {start}
    level = list(first)
    while level:
        if found := [t for t in level if wanted(t)]:
            return found
        seen |= set(level)
        level = list(dict.fromkeys(n for t in level for n in (*t.downstream, *t.upstream) if n not in seen))
    return []
