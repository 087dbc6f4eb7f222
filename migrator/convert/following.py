"""The tasks that a branch follows, as its arguments name them: ids of tasks right after it, or of groups."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from migrator.convert.registry import Args
from migrator.ir import Literal, Value

if TYPE_CHECKING:
    from migrator.convert.scope import Scope


def followed(name: str, args: Args, scope: "Scope") -> str | None:
    """What a branch returns to follow them, as source text; None after a problem was noted."""
    value = args.take(name)
    ids = _ids(value)
    after = scope.dag.downstream(scope.task.task_id)
    found = [task_id for one in ids or () for task_id in _roots(one, scope)]
    strange = sorted(set(found) - after)
    if ids is None or strange:
        why = f"{strange[0]!r} is not right after it" if strange else "it is not a constant"
        return scope.refuse("CF050", f"`{name}`: {why}")
    alone = isinstance(value, Literal) and isinstance(value.value, str) and len(found) == 1
    return repr(found[0]) if alone else repr(found)


def _ids(value: Value | None) -> list[str] | None:
    given = value.value if isinstance(value, Literal) else None
    items = [given] if isinstance(given, str) else given
    if not isinstance(items, Iterable) or isinstance(items, bytes):
        return None
    listed = sorted(items) if isinstance(items, (set, frozenset)) else list(items)
    return listed if all(isinstance(i, str) for i in listed) else None


def _roots(one: str, scope: "Scope") -> list[str]:
    """A task's own id; for a group those of its tasks that follow nothing inside it."""
    if one not in scope.dag.groups:
        return [one]
    inside = {t.task_id for t in scope.dag.tasks if f"{t.group}.".startswith(f"{one}.")}
    return sorted(i for i in inside if not scope.dag.task(i).upstream & inside)
