"""What a task's code asks of datasets: the events that it sends and reads, and those that started its run."""

import ast

from migrator.convert import asset_functions
from migrator.convert.asset_functions import is_asset
from migrator.convert.context import Expression
from migrator.convert.outlets import Outlet, read, updated
from migrator.convert.problem import Problem
from migrator.convert.source import Source
from migrator.ir import Task
from migrator.scan.tree import walk

SENT = "outlet_events"
READ = "inlet_events"
STARTED = frozenset({"triggering_dataset_events", "triggering_asset_events"})
STATES = "asset_state_store"
KEYS = frozenset({SENT, READ, STATES, *STARTED})
# What an event of Airflow knows, and one of Dagster does not.
UNKNOWN = frozenset(
    (
        *("source_task_id", "source_dag_run", "source_task_instance", "source_aliases"),
        *("created_dagruns", "dataset_id", "asset_id", "normalized_uri"),
    )
)
METADATA = frozenset(
    (
        "airflow.datasets.metadata.Metadata",
        "airflow.sdk.Metadata",
        "airflow.sdk.definitions.asset.metadata.Metadata",
    )
)
READS = "from ..runtime.dataset_history import events_of"
STATES_READ = "from ..runtime.state_stores import asset_states"
SENDS = "from ..runtime.dataset_events import events_to_send"


def of_events(name: str, task: Task, source: Source) -> Expression | None:
    """The expression for one of KEYS; None when there is nothing for it."""
    if name == SENT:
        return Expression("events_to_send()", imports=(SENDS,))
    if name == READ:
        return _read(task, source)
    if name == STATES:
        return _states(task, source)
    if name == "triggering_dataset_events":
        return Expression("events_by_address(context.run)", imports=(_history("events_by_address"),))
    return Expression("events_before(context.run)", imports=(_history("events_before"),))


def _read(task: Task, source: Source) -> Expression | None:
    inlets = _inlets(task, source)
    if inlets is None:
        return None
    given = [one.named for one in inlets]
    imports = [READS]
    if any(one.alias for one in inlets):
        imports.append("from ..runtime.datasets import members_of")
    if any(text.startswith("Asset(") for text in given):
        imports.append("from ..runtime.dataset_events import Asset")
    return Expression(f"events_of({', '.join(given)})", imports=tuple(imports))


def _states(task: Task, source: Source) -> Expression | None:
    """The state stores of what the task reads and updates."""
    inlets, outlets = _inlets(task, source), updated(task)
    if inlets is None or outlets is None:
        return None
    given = list(dict.fromkeys(one.named for one in (*inlets, *outlets) if not one.alias))
    imports = [STATES_READ]
    if any(text.startswith("Asset(") for text in given):
        imports.append("from ..runtime.dataset_events import Asset")
    return Expression(f"asset_states({', '.join(given)})", imports=tuple(imports))


def _inlets(task: Task, source: Source) -> tuple[Outlet, ...] | None:
    function = source.functions.get(task.function.line or 0) if task.function else None
    if not (is_asset(task) and isinstance(function, ast.FunctionDef)):
        return read(task)
    found = asset_functions.inlets(function, source)
    known = tuple(one for one in found if one)
    return known if len(known) == len(found) else None


def _history(name: str) -> str:
    return f"from ..runtime.dataset_history import {name}"


def unknown_parts(function: ast.AST, task_id: str) -> list[Problem]:
    """What code that reads events asks of them, and nothing can give."""
    return [
        Problem("DP070", f"`{node.attr}` of an event is not known in Dagster", node.lineno, task_id)
        for node in walk(function)
        if isinstance(node, ast.Attribute) and node.attr in UNKNOWN
    ]


def told_by_yielding(node: ast.Yield, source: Source) -> ast.Call | None:
    """The `Metadata(...)` in `yield Metadata(...)`."""
    call = node.value
    known = isinstance(call, ast.Call) and source.qualified(call.func) in METADATA
    return call if known else None  # type: ignore[return-value]  # a call then
