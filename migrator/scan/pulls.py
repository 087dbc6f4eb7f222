"""Which tasks' XComs a Jinja text reads: `ti.xcom_pull(task_ids=...)`, as jinja2's own parser sees it."""

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from migrator.scan.evaluator import bounds

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

PULL = "xcom_pull"
INSTANCES = ("ti", "task_instance")
Pull = tuple[str, str | None]  # task id; the id of its DAG, where the text gives one


def pulled(values: Iterable[object], dag_id: str) -> set[str]:
    """The ids of the tasks of this DAG whose XComs these arguments read."""
    left = [bounds.NODES]
    may = [v for v in values if (PULL in v if v.__class__ is str else v.__class__ not in bounds.PLAIN)]
    return {
        task_id
        for value in may
        for text in _texts(value, left)
        for task_id, dag in _pulls(text)
        if dag in (None, dag_id)
    }


def _texts(value: object, left: list[int], depth: int = 0) -> Iterator[str]:
    """The texts in a value in which an XCom is read."""
    left[0] -= 1
    if left[0] < 0 or depth > bounds.NESTING:
        return
    if isinstance(value, str):
        if PULL in value:
            yield value
    elif isinstance(value, (list, tuple, set, frozenset, dict)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner, left, depth + 1)


@lru_cache(maxsize=1024)
def _pulls(text: str) -> tuple[Pull, ...]:
    from jinja2 import TemplateSyntaxError, nodes

    try:
        calls = list(_environment().parse(text).find_all(nodes.Call))
    except (TemplateSyntaxError, RecursionError):
        return ()
    return tuple(pull for call in calls if _is_pull(call) for pull in _told(call))


@cache
def _environment() -> "Environment":
    from jinja2 import Environment

    return Environment(extensions=["jinja2.ext.do"])


def _is_pull(call: "nodes.Call") -> bool:
    from jinja2 import nodes

    function = call.node
    return (
        isinstance(function, nodes.Getattr)
        and function.attr == PULL
        and isinstance(function.node, nodes.Name)
        and function.node.name in INSTANCES
    )


def _told(call: "nodes.Call") -> Iterator[Pull]:
    from jinja2 import nodes

    named = {k.key: k.value for k in call.kwargs}
    given = named.get("task_ids", call.args[0] if call.args else None)
    dag = named.get("dag_id", call.args[1] if len(call.args) > 1 else None)
    home = _constant(dag)
    if dag is not None and home is None and not _is_own(dag):
        return
    for item in given.items if isinstance(given, (nodes.List, nodes.Tuple)) else [given]:
        task_id = _constant(item)
        if task_id is not None:
            yield task_id, home


def _constant(node: "nodes.Node | None") -> str | None:
    value = getattr(node, "value", None)
    return value if isinstance(value, str) else None


def _is_own(node: "nodes.Node") -> bool:
    """`dag.dag_id`, or None."""
    return getattr(node, "attr", None) == "dag_id" or (
        type(node).__name__ == "Const" and getattr(node, "value", "") is None
    )
