"""Datasets (assets, in Airflow 3): what tasks say to update and to read, and what the DAG's schedule waits for."""

import ast
from collections.abc import Iterator

from migrator.inventory.model import Need, Unnamed
from migrator.inventory.needs import argument
from migrator.inventory.sources import Sources
from migrator.ir import Code, Dag, Literal, OnDatasets, OnDatasetsOrTime, Task, Unknown, Value

WORDS = ("TimeSchedule(", "Timetable(")  # a schedule of datasets and of time names them in code
ARGUMENTS = {"outlets": "produces", "inlets": "consumes"}
ASSET_TASK = "_AssetMainOperator"  # what `@asset` makes; the asset is named by `uri`, `name` or the function
UNKNOWN = "DP003"


def in_dag(dag: Dag, sources: Sources) -> Iterator[Need]:
    """The schedule, and the assets that `@asset` functions are."""
    awaited = dag.schedule.datasets if isinstance(dag.schedule, OnDatasetsOrTime) else dag.schedule
    if isinstance(awaited, OnDatasets):
        yield from (Need("consumes", uri) for uri in awaited.uris)
    for task in dag.tasks:
        if task.operator_class == ASSET_TASK and "outlets" not in task.args:
            uri = task.args.get("uri")
            plain = uri.value if isinstance(uri, Literal) else None
            yield Need("produces", plain if isinstance(plain, str) and plain else task.task_id)


def in_argument(task: Task, name: str, value: Value) -> Iterator[Need | Unnamed]:
    """`outlets` and `inlets`."""
    kind = ARGUMENTS.get(name)
    if kind is None:
        return
    if isinstance(value, Literal):
        given = value.value if isinstance(value.value, (list, tuple, set)) else [value.value]
        yield from (Need(kind, uri) for uri in given if isinstance(uri, str) and uri)
    elif isinstance(value, Code):
        uri = _uri(value.source)
        yield Need(kind, uri) if uri is not None else Unnamed(UNKNOWN, f"one of the {name}")
    elif isinstance(value, Unknown):
        yield Unnamed(UNKNOWN, f"one of the {name}")


def _uri(source: str) -> str | None:
    """Of `Dataset("s3://bucket/key")`, `Asset("name", "s3://...")`, `Asset(uri="...")`."""
    try:
        call = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not isinstance(call, ast.Call):
        return None
    node = argument(call, 1) or argument(call, 0, "uri", "name")
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
