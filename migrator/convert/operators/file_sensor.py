"""FileSensor becomes a step that looks for the file again and again."""

from typing import TYPE_CHECKING

from migrator.convert.registry import Args, Example, Fragment, translates
from migrator.convert.waiting import flag, fresh, text, waits
from migrator.ir import Template, Value, constant

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

EXAMPLES = [
    Example(
        name="a path from the root",
        before='FileSensor(task_id="say", filepath="/landing/orders.csv", poke_interval=30, timeout=600)',
        after='wait_until(lambda: file_exists("/landing/orders.csv"), poke_interval=30, timeout=600)',
        findings=("OP050",),
    ),
    Example(
        name="a path with a date, and a skip when time is up",
        before='FileSensor(task_id="say", filepath="/landing/{{ ds }}/*.csv", soft_fail=True, mode="reschedule")',
        after='yield from wait_or_skip(lambda: file_exists(f"/landing/{context.partition_key}/*.csv"))',
        findings=("OP050",),
    ),
    Example(
        name="a path below the folder of a connection",
        before='FileSensor(task_id="say", filepath="orders.csv", fs_conn_id="landing", recursive=True)',
        after='path = in_folder_of("landing", "orders.csv")\nwait_until(lambda: file_exists(path, recursive=True))',
        findings=("OP052", "OP050"),
    ),
    Example(
        name="deferred, it may be tried again when time is up",
        before='FileSensor(task_id="say", filepath="/landing/orders.csv", deferrable=True)',
        after='wait_until(lambda: file_exists("/landing/orders.csv"), retry_timeout=True)',
        findings=("OP050",),
    ),
    Example(
        name="how it starts is decided outside of the task",
        before='FileSensor(task_id="say", filepath="/landing/orders.csv", start_from_trigger=True)',
        after="",
        findings=("OP051",),
    ),
]


@translates(
    "airflow.sensors.filesystem.FileSensor",
    "airflow.contrib.sensors.file_sensor.FileSensor",
    "airflow.providers.standard.sensors.filesystem.FileSensor",
)
def file_sensor(args: Args, scope: "Scope") -> Fragment | None:
    """`fs_conn_id` counts for a path that is not absolute only."""
    known, before = scope.task.args.get("filepath"), list[str]()
    connection = args.take("fs_conn_id")
    written = known.source if isinstance(known, Template) else constant(known)
    if isinstance(written, str) and written.startswith("/"):
        path = text("filepath", args, scope)
    else:
        path = _below(connection, text("filepath", args, scope), scope, before)
    if path is None:
        return None
    scope.body.imports.add("from ..runtime.sensors import file_exists")
    recursive = ", recursive=True" if flag("recursive", args, scope) else ""
    return waits(f"lambda: file_exists({path}{recursive})", args, scope, before=before)


def _below(connection: Value | None, path: str | None, scope: "Scope", lines: list[str]) -> str:
    """The name of the path in the folder of the connection, which a line more works out."""
    name = '"fs_default"' if connection is None else scope.text_of(connection, scope.node_of("fs_conn_id"))
    whole = fresh("path", scope)
    lines.append(f"{whole} = in_folder_of({name}, {path})")
    scope.body.imports.add("from ..runtime.sensors import in_folder_of")
    scope.note("OP052", f"a path that is not absolute is below the folder of the connection {name}")
    return whole
