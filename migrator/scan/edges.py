"""Edges as Airflow draws them: what `>>` does between tasks, lists, groups and labels at that very moment."""

from collections.abc import Iterable, Iterator

from migrator.scan.evaluator.bounds import PLAIN
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Opaque, Site
from migrator.scan.world import DagState, Derived, GroupState, Label, Node, TaskState, XComRef, find_xcoms


def shift(run: Interpreter, left: object, right: object, upstream: bool, site: Site) -> object:
    """`left >> right`, or `left << right` when `upstream`; its value is the right side."""
    if isinstance(left, Node):
        relate(run, left, right, upstream, site)
    elif isinstance(right, Node):
        relate(run, right, left, not upstream, site)
    else:
        lost(run, [left, right], site)
    return right


def relate(run: Interpreter, node: Node, others: object, upstream: bool, site: Site) -> None:
    """`node.set_upstream(others)` or `node.set_downstream(others)`."""
    found = as_nodes(run, others)
    if found is None:
        lost(run, [node, others], site)
        return
    if isinstance(node, (XComRef, Derived)):
        for task in tasks_of(node):
            relate(run, task, found, upstream, site)
    elif isinstance(node, Label):
        _relate_label(run, node, found, upstream, site)
    elif isinstance(node, GroupState):
        _relate_group(run, node, found, upstream, site)
    elif isinstance(node, TaskState):
        _relate_task(run, node, found, upstream, site)


def as_nodes(run: Interpreter, value: object) -> list[Node] | None:
    """The nodes of a task or a list of them; None when one of them is not known."""
    if isinstance(value, Node):
        return [value]
    if not isinstance(value, (list, tuple)):
        return None
    found: list[Node] = []
    for item in value:
        run.spend(1)
        inner = as_nodes(run, item) if isinstance(item, (Node, list, tuple)) else None
        if inner is None:
            return None
        found += inner
    return found


def lost(run: Interpreter, values: list[object], site: Site) -> None:
    """An edge with an end that is not known."""
    dags: dict[DagState, None] = {}
    for value in values:
        for item in value if isinstance(value, (list, tuple)) else [value]:
            for task in tasks_of(item) if isinstance(item, Node) else ():
                if task.dag:
                    dags[task.dag] = None
    current = run.world.current_dag()
    for dag in dags or ({current: None} if current else {}):
        if dag.partial is None:
            why = next((v.why for v in values if isinstance(v, Opaque)), "one of its ends is not a task")
            run.world.doubtful(run, dag, "SC011", f"an edge with an end that is not known: {why}", site)


def tasks_of(node: Node) -> list[TaskState]:
    """The tasks that a node stands for."""
    if isinstance(node, TaskState):
        return [node]
    if isinstance(node, XComRef):
        return [node.task]
    if isinstance(node, Derived):
        return list(dict.fromkeys(r.task for r in node.refs))
    return node.tasks() if isinstance(node, GroupState) else []


def roots(node: Node) -> list[TaskState]:
    """The tasks where a node begins."""
    if isinstance(node, GroupState):
        inside = node.tasks()
        return [t for t in inside if not any(u in t.upstream for u in inside)]
    if isinstance(node, Label):
        return [t for n in node.downstream for t in roots(n)]
    return tasks_of(node)


def leaves(node: Node) -> list[TaskState]:
    """The tasks where a node ends; a teardown is no end."""
    if isinstance(node, Label):
        return [t for n in node.upstream for t in leaves(n)]
    if not isinstance(node, GroupState):
        return tasks_of(node)
    inside = dict.fromkeys(node.tasks())
    found: list[TaskState] = []
    for task in inside:
        if not any(d in inside for d in task.downstream):
            found += [task] if not task.teardown else list(_before_teardown(task, inside, 0))
    return found


def _before_teardown(task: TaskState, inside: dict[TaskState, None], depth: int) -> Iterator[TaskState]:
    for above in task.upstream:
        if above not in inside or depth > 50:
            continue
        if above.teardown:
            yield from _before_teardown(above, inside, depth + 1)
        elif task.teardown and above.setup:
            continue
        elif not any(d in inside and not d.teardown for d in above.downstream if d is not task):
            yield above


def connect(run: Interpreter, above: TaskState, below: TaskState, site: Site) -> None:
    """One edge. A task without a DAG joins that of the other."""
    dag = above.dag or below.dag
    for task in (above, below):
        if dag is not None and task.dag is None:
            dag.add(run, task, site)
    above.downstream[below] = None
    below.upstream[above] = None
    if dag is not None:
        run.world.check_doubt(run, dag)
        if above.turns and below.turns and _by_chance(above, below):
            why = "an edge that depends on the order of a set or a folder, which is not the same everywhere"
            run.world.doubtful(run, dag, "SC039", why, site)


def _by_chance(above: TaskState, below: TaskState) -> bool:
    """Whether the two were made in different turns of a loop over items without a fixed order."""
    turns = dict(above.turns)
    return any(turns.get(loop, index) != index for loop, index in below.turns)


def follow(run: Interpreter, task: TaskState, values: Iterable[object], site: Site) -> None:
    """The edges that the XComs in a task's arguments make."""
    for value in values:
        for ref in find_xcoms(value) if value.__class__ not in PLAIN else ():
            if ref.task is not task:
                connect(run, ref.task, task, site)


def _relate_task(run: Interpreter, task: TaskState, others: list[Node], upstream: bool, site: Site) -> None:
    for other in others:
        if isinstance(other, Label):
            _relate_label(run, other, [task], not upstream, site)
            relatives = leaves(other) if upstream else roots(other)
        else:
            relatives = leaves(other) if upstream else roots(other)
        for relative in relatives:
            connect(run, *((relative, task) if upstream else (task, relative)), site)


def _relate_group(
    run: Interpreter, group: GroupState, others: list[Node], upstream: bool, site: Site
) -> None:
    for other in others:
        if isinstance(other, Label):
            _relate_label(run, other, [group], not upstream, site)
    for task in roots(group) if upstream else leaves(group):
        _relate_task(run, task, [o for o in others if not isinstance(o, Label)], upstream, site)


def _relate_label(run: Interpreter, label: Label, others: list[Node], upstream: bool, site: Site) -> None:
    """A label waits for both of its sides. Between groups, Airflow then connects the groups and not the tasks."""
    side, far = (label.upstream, label.downstream) if upstream else (label.downstream, label.upstream)
    side += others
    if label.upstream and label.downstream:
        _widen(label)
        far = label.downstream if upstream else label.upstream
    for node in list(far):
        relate(run, node, list(others), upstream, site)


def _widen(label: Label) -> None:
    both = [*label.upstream, *label.downstream]
    homes = {id(_home(n)) for n in both}
    if len(homes) == 1:
        return
    label.upstream = [_as_group(n) for n in label.upstream]
    label.downstream = [_as_group(n) for n in label.downstream]


def _home(node: Node) -> GroupState | None:
    if isinstance(node, GroupState):
        return node.parent
    task = tasks_of(node)
    return task[0].group if task else None


def _as_group(node: Node) -> Node:
    """Only a task itself is replaced by its group, not the XCom that a decorated task gives."""
    home = _home(node)
    replaced = isinstance(node, (TaskState, GroupState)) and home is not None and home.label is not None
    return home if replaced and home is not None else node
