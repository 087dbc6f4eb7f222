"""BashSensor becomes a step that runs its command until it succeeds."""

from typing import TYPE_CHECKING

from migrator.convert.commands import reads_context
from migrator.convert.registry import Args, Example, Fragment, translates
from migrator.convert.waiting import once, waits
from migrator.ir import Literal

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

EXAMPLES = [
    Example(
        name="any exit code but zero means not yet",
        before='BashSensor(task_id="say", bash_command="test -s /landing/orders.csv", timeout=600)',
        after='wait_until(lambda: succeeds("test -s /landing/orders.csv"), timeout=600)',
        findings=("OP050",),
    ),
    Example(
        name="one exit code means not yet, the others fail",
        before='BashSensor(task_id="say", bash_command="./ready {{ ds }}", retry_exit_code=100, env={"A": "1"})',
        after=(
            """wait_until(lambda: succeeds(f"./ready {context.partition_key}", env={'A': "1"}, """
            """retry_exit_code=100))"""
        ),
        findings=("OP050",),
    ),
    Example(
        name="a command that reads what Airflow sets",
        before='BashSensor(task_id="say", bash_command="ready $AIRFLOW_CTX_DAG_ID")',
        after="",
        findings=("OP053",),
    ),
]


@translates(
    "airflow.sensors.bash.BashSensor",
    "airflow.contrib.sensors.bash_sensor.BashSensor",
    "airflow.providers.standard.sensors.bash.BashSensor",
)
def bash_sensor(args: Args, scope: "Scope") -> Fragment | None:
    """`env` is the whole environment; a name that ends in `.sh` is no file that Airflow looks up here."""
    lines: list[str] = []
    command = once("bash_command", args, scope, lines)
    if command is None or reads_context(scope):
        return None
    given = {"env": "env", "output_encoding": "encoding", "retry_exit_code": "retry_exit_code"}
    parts = [command]
    for name, parameter in given.items():
        value = args.take(name)
        if value is not None and value != Literal(None):
            parts.append(f"{parameter}={scope.text_of(value, scope.node_of(name))}")
    scope.body.imports.add("from ..runtime.sensors import succeeds")
    return waits(f"lambda: succeeds({', '.join(parts)})", args, scope, before=lines)
