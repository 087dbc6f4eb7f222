"""The operators and decorators of Python functions, and what kind of step each of them is."""

from migrator.convert.outlets import ASSET_TASK
from migrator.convert.scope import Setting
from migrator.ir import Task

PYTHON = {
    f"airflow.{module}.{name}": kind
    for module in ("operators.python", "operators.python_operator", "providers.standard.operators.python")
    for name, kind in {
        "PythonOperator": "plain",
        "BranchPythonOperator": "branch",
        "ShortCircuitOperator": "short_circuit",
        "ExternalPythonOperator": "external_python",
        "PythonVirtualenvOperator": "virtualenv",
        "BranchExternalPythonOperator": "branch_external_python",
        "BranchPythonVirtualenvOperator": "branch_virtualenv",
    }.items()
} | {
    "airflow.sensors.python.PythonSensor": "sensor",
    "airflow.contrib.sensors.python_sensor.PythonSensor": "sensor",
    "airflow.providers.standard.sensors.python.PythonSensor": "sensor",
    f"airflow.sdk.definitions.asset.decorators.{ASSET_TASK}": "plain",
}
TASKFLOW = {
    "airflow.decorators.task": "plain",
    "airflow.decorators.task.python": "plain",
    "airflow.decorators.task.branch": "branch",
    "airflow.decorators.task.short_circuit": "short_circuit",
    "airflow.decorators.task.sensor": "sensor",
    "airflow.decorators.task.bash": "bash",
    "airflow.decorators.task.external_python": "external_python",
    "airflow.decorators.task.virtualenv": "virtualenv",
    "airflow.decorators.task.branch_external_python": "branch_external_python",
    "airflow.decorators.task.branch_virtualenv": "branch_virtualenv",
}
CALLED = ("sensor", "bash", "external_python", "virtualenv", "branch_external_python", "branch_virtualenv")
MARKS = frozenset(f"airflow.{m}.{name}" for m in ("decorators", "sdk") for name in ("setup", "teardown"))


def kind_of(task: Task) -> str | None:
    """Of a task that runs a function; None for all others."""
    return PYTHON.get(task.operator) or TASKFLOW.get(task.operator)


def is_imported(task: Task) -> bool:
    """Whether the function that a task calls is not defined in the file of the task."""
    function = task.function
    return function is not None and (
        bool(function.qualified) or function.file not in (None, task.origin.file)
    )


def is_elsewhere(task: Task, setting: Setting) -> bool:
    """Whether the function that a task calls is not defined in the file of the DAG."""
    return task.function is not None and task.function.file not in (None, setting.dag.origin.file)
