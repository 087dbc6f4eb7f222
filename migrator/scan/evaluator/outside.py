"""Calls of code that is not part of the scanned folder: by its registered meaning, or not known."""

import ast
import sys

from migrator.scan.constructs.custom_dag import foreign_dag, is_foreign_dag
from migrator.scan.constructs.mapped import partial
from migrator.scan.constructs.operator import create, is_operator
from migrator.scan.constructs.taskflow import decorator, decorator_kind
from migrator.scan.constructs.timetable import custom
from migrator.scan.evaluator.exceptions import made
from migrator.scan.evaluator.interpreter import Interpreter, called
from migrator.scan.evaluator.values import Call, External, Opaque, UserClass, UserFunction
from migrator.scan.registry import CALLS
from migrator.scan.tree import walk

# Packages whose functions never make Airflow tasks, whatever they return.
HARMLESS = frozenset(
    [
        "airflow",
        "six",
        "requests",
        "httpx",
        "pandas",
        "numpy",
        "polars",
        "pyarrow",
        "yaml",
        "ruamel",
        "toml",
        "tomli",
        "tomllib",
        "json5",
        "boto3",
        "botocore",
        "google",
        "azure",
        "pendulum",
        "pytz",
        "dateutil",
        "sqlalchemy",
        "psycopg2",
        "pymysql",
        "jinja2",
        "attr",
        "attrs",
        "pydantic",
        "dotenv",
        "structlog",
        "loguru",
        "croniter",
        "kubernetes",
        "docker",
        "redis",
        "snowflake",
        "slack_sdk",
        "pymongo",
        "elasticsearch",
        "tenacity",
        "tqdm",
        "rich",
        "click",
        "packaging",
        "isodate",
        "holidays",
        "cryptography",
        "simplejson",
        "orjson",
        "duckdb",
        "dask",
        "sklearn",
        "scipy",
        "great_expectations",
        "paramiko",
        "bs4",
        "lxml",
        "markdown",
        "faker",
        "marshmallow",
        "omegaconf",
        "hvac",
        "pyspark",
    ]
)
TRUSTED = HARMLESS | sys.stdlib_module_names


# Of the standard library, what runs code that is given to it.
RUNNERS = (
    "importlib.",
    "runpy.",
    "imp.",
    "code.",
    "pkgutil.",
    "builtins.exec",
    "builtins.eval",
    "unittest.mock.",
)
EXCEPTIONS = frozenset(
    f"builtins.{n}" for n in ("StopIteration", "KeyboardInterrupt", "SystemExit", "GeneratorExit")
)


@called(External)
def call_external(run: Interpreter, function: External, call: Call) -> object:
    """A call of an imported name."""
    if (meaning := CALLS.get(function.name)) is not None:
        return meaning(run, call)
    if (kind := decorator_kind(function.name)) is not None:
        return decorator(run, kind, call)
    owner, _, method = function.name.rpartition(".")
    if method == "partial" and is_operator(owner, call.kwargs):
        return partial(owner, call)
    if is_operator(function.name) or "task_id" in call.kwargs:
        return create(run, function.name, call)
    if is_foreign_dag(function.name, call):
        return foreign_dag(run, function.name, call)
    if (timetable := custom(function.name, call)) is not None:
        return timetable
    if function.last.endswith(("Error", "Exception")) or function.name in EXCEPTIONS:
        return made(function, call)
    run.unsure += 1
    _gets_names(run, function.name, call)
    wild = function.name.startswith(RUNNERS) or function.name.partition(".")[0] not in TRUSTED
    if wild or _hands_over(call):
        may_make_tasks(run, f"{function.name}, which is not part of the scanned folder,", call)
    given = any(isinstance(v, (UserFunction, UserClass)) for v in call.args)  # what it returns may run it
    return run.opaque(f"what {function.name} returns", call.site, wild or given)


@called(Opaque)
def call_opaque(run: Interpreter, function: Opaque, call: Call) -> object:
    """A call of something that is not known."""
    run.unsure += 1
    _gets_names(run, function.source or "a function that is not known", call)
    if function.of is not None:
        call = Call([function.of, *call.args], call.kwargs, call.site)
    if function.wild or _hands_over(call):
        may_make_tasks(run, f"{function.source or 'a function'}, which is not known ({function.why}),", call)
    return run.opaque(function.why, call.site, function.wild)


def may_add_dags(run: Interpreter, who: str, call: Call) -> None:
    """Code that is not read was given the names of the file: Airflow may find further DAGs there."""
    run.report("SC051", f"{who} may add DAGs to this file that are not known here", call.site)


def _gets_names(run: Interpreter, who: str, call: Call) -> None:
    from migrator.scan.evaluator.statements import Namespace

    if any(isinstance(v, Namespace) for v in [*call.args, *call.kwargs.values()]):
        may_add_dags(run, who, call)


def _hands_over(call: Call) -> bool:
    """Whether a DAG, a task or a group is among the arguments."""
    from migrator.scan.world import DagState, GroupState, TaskState

    return any(
        isinstance(v, (DagState, TaskState, GroupState)) or (isinstance(v, UserFunction) and makes_tasks(v))
        for v in _flat(call)
    )


def makes_tasks(function: UserFunction) -> bool:
    """Whether the text of a function looks as if it makes tasks, so that whoever calls it does."""
    for node in walk(function.node):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if str(name).endswith(("Operator", "Sensor", "TaskGroup", "DAG")):
                return True
    return False


def _flat(call: Call) -> list[object]:
    """The arguments, and what stands in those that are lists or dicts."""
    values = [*call.args, *call.kwargs.values()]
    inner = [i for v in values if isinstance(v, (list, tuple)) for i in v]
    return [*values, *inner, *(i for v in values if isinstance(v, dict) for i in v.values())]


def may_make_tasks(run: Interpreter, who: str, call: Call) -> None:
    """Code that is not read could add tasks to the DAG at hand: its task set is then not known."""
    from migrator.scan.world import DagState, GroupState, TaskState, XComRef

    dags: list[DagState] = []
    for value in _flat(call):
        owner = value.task.dag if isinstance(value, XComRef) else value
        found = owner.dag if isinstance(owner, (TaskState, GroupState)) else owner
        dags += [found] if isinstance(found, DagState) else []
    current = run.world.current_dag()
    for dag in dict.fromkeys([*dags, *([current] if current else [])]):
        run.world.doubtful(run, dag, "SC008", f"{who} may add tasks", call.site)
