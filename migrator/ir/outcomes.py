"""Which failures fail the run. Airflow decides it by the leaves of the graph, when all tasks have ended."""

from collections.abc import Mapping

from migrator.ir.model import Dag, Task, constant

# With one of these rules a task ends as upstream_failed whenever a task before it failed.
# With any other rule it may run, or be skipped, or it depends on the rest of the tasks before it.
PASS_ON = frozenset({"all_success", "none_failed", "none_failed_min_one_success", "none_failed_or_skipped"})
# In the names of the operators that skip tasks after them.
CHOOSERS, SHORT = ("Branch", "LatestOnly"), "ShortCircuit"

Skippers = Mapping[str, frozenset[str]]


def tolerated(dag: Dag) -> frozenset[str]:
    """The tasks whose failure alone does not fail the run.

    A failure fails the run if it certainly reaches a leaf. Where it reaches one in some cases only
    (`one_success`, a task that a branch may skip), the leaf itself tells the case, and the task is tolerated.
    """
    leaves, order = deciding(dag), in_order(dag)
    near, far = _skippers(order)
    behind = scopes(dag)

    def certainly_bad(failed: str) -> set[str]:
        """The task that failed, and all that are upstream_failed then, whatever the other tasks do."""
        bad = {failed}
        for task in order:
            # a short circuit before the task that ran and failed has skipped nothing
            may_skip = (near[task.task_id] | far[task.task_id] - far[failed]) - bad
            direct = task.trigger_rule in PASS_ON and task.upstream & bad
            if (direct or behind[task.task_id] & bad) and not may_skip:
                bad.add(task.task_id)
        return bad

    return frozenset(t.task_id for t in dag.tasks if not leaves & certainly_bad(t.task_id))


def deciding(dag: Dag) -> frozenset[str]:
    """The tasks whose state is the state of the run: leaves, teardowns apart."""
    counted = [
        t for t in dag.tasks if not (t.teardown and not constant(t.args.get("on_failure_fail_dagrun")))
    ]
    followed = {up for task in counted for up in task.upstream}
    leaves = {t.task_id for t in counted} - followed
    return frozenset(leaves or {t.task_id for t in dag.tasks} - {up for t in dag.tasks for up in t.upstream})


def scopes(dag: Dag) -> Mapping[str, frozenset[str]]:
    """For each task, the setups that it lies behind without following them directly: they must have succeeded.

    A setup is such a one as long as a teardown of it comes after the task, or if it has none.
    """
    above = {t.task_id: _above(dag, t.task_id) for t in dag.tasks}
    torn_down = {
        t.task_id: {d for d in dag.downstream(t.task_id) if dag.task(d).teardown}
        for t in dag.tasks
        if t.setup
    }
    found = {}
    for task in dag.tasks:
        far = (above[task.task_id] - task.upstream) & torn_down.keys() if not task.teardown else set()
        found[task.task_id] = frozenset(
            s for s in far if not torn_down[s] or any(task.task_id in above[d] for d in torn_down[s])
        )
    return found


def _above(dag: Dag, task_id: str) -> set[str]:
    found: set[str] = set()
    waiting = list(dag.task(task_id).upstream)
    while waiting:
        if (one := waiting.pop()) not in found:
            found.add(one)
            waiting += dag.task(one).upstream
    return found


def in_circles(dag: Dag) -> list[str]:
    """The tasks that are left when all that can come first have been taken away: those of cycles, and after them."""
    ids = {t.task_id for t in dag.tasks}
    above = {t.task_id: len(t.upstream & ids) for t in dag.tasks}
    ready = [name for name, count in above.items() if not count]
    while ready:
        name = ready.pop()
        del above[name]
        for after in dag.downstream(name):
            above[after] -= 1
            if not above[after]:
                ready.append(after)
    return sorted(above)


def in_order(dag: Dag) -> list[Task]:
    """The tasks, each after those before it; among equals, as the DAG has them."""
    place = {t.task_id: index for index, t in enumerate(dag.tasks)}
    left = {t.task_id: len(t.upstream & place.keys()) for t in dag.tasks}
    ready = [name for name, above in left.items() if not above]
    order: list[Task] = []
    while ready:
        order += (dag.tasks[place[name]] for name in ready)
        freed = []
        for name in ready:
            for after in dag.downstream(name):
                left[after] -= 1
                if not left[after]:
                    freed.append(after)
        ready = sorted(freed, key=place.__getitem__)
    if len(order) < len(left):
        raise ValueError(f"{dag.dag_id}: a cycle through {sorted(n for n, above in left.items() if above)}")
    return order


def _skippers(order: list[Task]) -> tuple[Skippers, Skippers]:
    """For each task, those that can skip it over the head of its trigger rule if they succeed.

    First the branches, which skip tasks right after them, then the short circuits, which skip all below.
    """
    near: dict[str, frozenset[str]] = {}
    far: dict[str, frozenset[str]] = {}
    kinds = {t.task_id: t.operator_class for t in order}
    for task in order:
        near[task.task_id] = frozenset(up for up in task.upstream if any(c in kinds[up] for c in CHOOSERS))
        short = {up for up in task.upstream if SHORT in kinds[up]}
        far[task.task_id] = frozenset(short).union(*(far[up] for up in task.upstream))
    return near, far
