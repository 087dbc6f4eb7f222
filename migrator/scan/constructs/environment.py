"""What is only known where Airflow runs: Variables, connections, environment variables. Never evaluated."""

from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Call, Opaque
from migrator.scan.registry import means
from migrator.scan.world import TaskState, XComRef


def _name(call: Call) -> str:
    given = call.args[0] if call.args else None
    return f" {given}" if isinstance(given, str) else ""


def _inside_dag(run: Interpreter) -> str | None:
    dag = run.world.current_dag()
    return dag.dag_id if dag else None


@means("airflow.models.Variable.get", "airflow.models.variable.Variable.get", "airflow.sdk.Variable.get")
def variable(run: Interpreter, call: Call) -> object:
    run.report(
        "EN001", f"Variable{_name(call)} is read while the file is loaded", call.site, _inside_dag(run)
    )
    return run.opaque(f"Variable{_name(call)} is only known where Airflow runs", call.site)


@means(
    "airflow.hooks.base.BaseHook.get_connection",
    "airflow.hooks.base_hook.BaseHook.get_connection",
    "airflow.models.Connection.get_connection_from_secrets",
    "airflow.sdk.Connection.get",
)
def connection(run: Interpreter, call: Call) -> object:
    run.report(
        "EN002", f"connection{_name(call)} is read while the file is loaded", call.site, _inside_dag(run)
    )
    return run.opaque(f"connection{_name(call)} is only known where Airflow runs", call.site)


@means("os.getenv", "os.environ.get")
def environment(run: Interpreter, call: Call) -> object:
    run.report(
        "EN003",
        f"environment variable{_name(call)} is read while the file is loaded",
        call.site,
        _inside_dag(run),
    )
    return run.opaque(f"environment variable{_name(call)} is only known where Airflow runs", call.site)


@means("airflow.models.XComArg", "airflow.XComArg", "airflow.models.xcom_arg.XComArg", "airflow.sdk.XComArg")
def xcom_arg(run: Interpreter, call: Call) -> object:
    task, key = call.first("operator"), call.first("key", 1, "return_value")
    if isinstance(task, TaskState) and isinstance(key, str):
        return XComRef(task, key)
    return Opaque("an XCom of a task that is not known", call.site.text(), wild=True)
