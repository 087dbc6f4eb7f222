"""`outlets=[Dataset("s3://shop/orders")]`: the datasets, and aliases of some, that a task updates or reads."""

import ast

from migrator.ir import Code, Literal, Sequence, Task, Value, constant
from migrator.record import dataclass

ALIASES = ("DatasetAlias", "AssetAlias")
ASSET_TASK = "_AssetMainOperator"  # what `@asset` makes; the asset is named by `uri`, `name` or the function


@dataclass(frozen=True)
class Outlet:
    """One dataset, or one alias. `address` is the name of an alias; `name` that of a dataset."""

    address: str
    name: str
    alias: bool = False

    @property
    def text(self) -> str:
        """For a decorator or a call of the new module."""
        return f"members_of({self.address!r})" if self.alias else repr(self.address)

    @property
    def named(self) -> str:
        """Likewise, where it may be asked for by its name."""
        if self.alias or self.name == self.address:
            return self.text
        return f"Asset({self.name!r}, {self.address!r})"


def outlets(task: Task) -> tuple[str, ...] | None:
    """The addresses, in order, each once, without aliases. None when one of them is not known."""
    found = updated(task)
    return None if found is None else tuple(one.address for one in found if not one.alias)


def updated(task: Task) -> tuple[Outlet, ...] | None:
    """What the task says to update, in order, each once. None when something of it is not known."""
    if task.operator_class == ASSET_TASK and "outlets" not in task.args:
        return (of_asset(task),)
    return _all(task.args.get("outlets"))


def read(task: Task) -> tuple[Outlet, ...] | None:
    """What the task says to read. None when something of it is not known."""
    return _all(task.args.get("inlets"))


def of_asset(task: Task) -> Outlet:
    """The asset that an `@asset` function is."""
    uri, name = constant(task.args.get("uri")), constant(task.args.get("name"))
    called = name if isinstance(name, str) and name else task.task_id
    return Outlet(uri if isinstance(uri, str) and uri else called, called)


def _all(value: Value | None) -> tuple[Outlet, ...] | None:
    found = [_outlet(item) for item in _items(value)] if value is not None else []
    known = tuple(dict.fromkeys(one for one in found if one))
    return None if None in found else known


def _items(value: Value) -> tuple[Value, ...]:
    if isinstance(value, Sequence):
        return value.items
    if isinstance(value, Literal) and isinstance(value.value, list | tuple | set | type(None)):
        return tuple(map(Literal, value.value or ()))
    return (value,)


def _outlet(value: Value) -> Outlet | None:
    if not isinstance(value, Code):
        return None
    try:
        call = ast.parse(value.source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
        return None
    given = {k.arg: k.value for k in call.keywords}
    first = call.args[0] if call.args else None
    uri = given.get("uri") or (call.args[1] if len(call.args) > 1 else None) or given.get("name") or first
    name = given.get("name") or first or uri
    if not all(isinstance(n, ast.Constant) and isinstance(n.value, str) for n in (uri, name)):
        return None
    return Outlet(uri.value, name.value, call.func.id in ALIASES)  # type: ignore[union-attr]  # constants
