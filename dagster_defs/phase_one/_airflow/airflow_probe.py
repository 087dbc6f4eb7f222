"""Runs inside the user's own Airflow, 2.4 to 3.3: loads DAG files, runs scheduled DAG runs and single tasks.

`airflow_client.py` starts it with the interpreter that has Airflow. It needs nothing but Airflow and the
standard library, keeps to the syntax of Python 3.7, and never touches the user's metadata database: every
request runs in a forked process of its own, on a private SQLite file. Requests and answers are JSON lines:

    {"id", "do": "load",   "files", "cwd", "timeout", "memory", "jobs", "env"}
    {"id", "do": "run",    "file", "dag_id", "dates", "interval", "conf", "out", "callbacks", "timeout", "beside",
                           "first", "cwd", "env"}
    {"id", "do": "dates",  "file", "dag_id", "first", "last", "timeout", "env"}
    {"id", "do": "step",   "file", "dag_id", "task_id", "run_id", "date", "interval", "conf", "database",
                           "try_number", "out", "callbacks", "timeout"}
    {"id", "do": "record", "file", "dag_id", "run_id", "database", "out", "timeout"}
    {"id", "do": "due",    "file", "dag_id", "last", "timeout"}

Each is answered by any number of {"id", "event": "log", "line"} and one {"id", "event": "done" or "error"}. A
load also gives a {"id", "event": "file", "file", "dags", "errors"} for each file, as they come: time limit and
memory are those of one file.
An error has a "kind": "timeout", "died", "request" (it cannot be done) or "failed" (something raised). To
cancel a request, close stdin: the work in hand is ended, and this process with it.
"""

# ruff: noqa: B905, UP006, UP033, UP035, UP045
# (They would have it use what Python 3.7 lacks.)

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ctypes
import datetime
import faulthandler
import fcntl
import functools
import gc
import hashlib
import importlib
import importlib.util
import inspect
import json
import logging
import math
import os
import pickle
import random
import re
import resource
import selectors
import shutil
import signal
import sqlite3
import sys
import threading
import time
import traceback
import types
import uuid
import warnings
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, Set, TextIO, Tuple

PROTOCOL = 1
STATE = Path()  # the folder of the databases and of the logs nobody asked for; set once, by main
DAGS = ""  # the folder that imports start at; set once, by main
# A DAG file may replace these where they come from.
LEAVE = os._exit
ENCODE = json.JSONEncoder(default=str).encode
Json = Dict[str, Any]
Key = Tuple[str, int]  # task id and map index
Emit = Callable[[Json], None]


class RequestError(Exception):
    """The request cannot be done: no such DAG, a file that does not load."""


# ------------------------------------------------------------------------------------------ names of Airflow


def find(*names: str) -> Any:
    """The first of these dotted names that this Airflow has: much has moved between the versions."""
    for name in names:
        module, _, attribute = name.rpartition(".")
        with contextlib.suppress(ImportError, AttributeError):
            return getattr(importlib.import_module(module), attribute)
    raise ImportError(f"this Airflow has none of {', '.join(names)}")


def has(name: str) -> bool:
    try:
        find(name)
    except ImportError:
        return False
    return True


@functools.lru_cache(maxsize=None)
def version() -> Tuple[int, int]:
    major, minor = find("airflow.__version__").split(".")[:2]
    return int(major), int(minor)


def accepted(function: Any, options: Json) -> Json:
    """The options that a callable of this version knows."""
    known = inspect.signature(function).parameters
    return {name: value for name, value in options.items() if name in known}


def name_of(state: Any) -> str:
    """The plain text of a state, a trigger rule, ..., which are enumerations in some versions."""
    return "none" if state is None else str(getattr(state, "value", state))


# -------------------------------------------------------------------------------------------------- start-up


def take_over_streams() -> Tuple[int, TextIO]:
    """Keep the real stdin and stdout for the protocol: DAG files print to stderr and read nothing."""
    requests, answers = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    return requests, os.fdopen(answers, "w", encoding="utf8", buffering=1)


def settle_home() -> None:
    """The user's home of Airflow when there is one, with its plugins and settings; nothing is made in it."""
    home = Path(os.environ.get("AIRFLOW_HOME") or "~/airflow").expanduser()
    config = Path(os.environ.get("AIRFLOW_CONFIG") or home / "airflow.cfg").expanduser()
    if "AIRFLOW_HOME" not in os.environ and not config.is_file():
        os.environ["AIRFLOW_HOME"] = f"{STATE}/home"  # else Airflow makes ~/airflow
    if not config.is_file():
        os.environ["AIRFLOW_CONFIG"] = f"{STATE}/home/airflow.cfg"
    written = config.read_text(encoding="utf8", errors="replace") if config.is_file() else ""
    names = [f"AIRFLOW__DATABASE__SQL_ALCHEMY_CONNECT_ARGS{suffix}" for suffix in ("", "_ASYNC")]
    if re.search(r"(?m)^\s*sql_alchemy_connect_args", written) or any(name in os.environ for name in names):
        # Those of another kind of database. It must be the name of a mapping: this one is empty.
        os.environ.update(dict.fromkeys(names, "copyreg._extension_registry"))


def settle_environment(dags: str) -> None:
    """Before the first `import airflow`, which reads it. What the user has configured stays, but for the
    metadata database, the executor and all that would write into the real deployment."""
    settle_home()
    bundles = [
        {
            "name": "dags-folder",
            "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
            "kwargs": {},
        }
    ]
    os.environ.update(
        {
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{STATE}/boot.db",
            "AIRFLOW__CORE__SQL_ALCHEMY_CONN": f"sqlite:///{STATE}/boot.db",
            "AIRFLOW__CORE__EXECUTOR": "SequentialExecutor",  # 2.x refuses others on SQLite
            "AIRFLOW__CORE__DAGS_FOLDER": dags,
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__HOSTNAME_CALLABLE": "socket.gethostname",  # the default one asks the name server
            "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "0",  # the request has a limit
            "AIRFLOW__CORE__DAGBAG_IMPORT_ERROR_TRACEBACK_DEPTH": "100",
            "AIRFLOW__CORE__MAX_TEMPLATED_FIELD_LENGTH": "1000000",
            "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(bundles),
            "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_SCHEMA": "",  # SQLite has none,
            "AIRFLOW__DATABASE__SQL_ENGINE_COLLATION_FOR_IDS": "",  # and no collations of MySQL
            "AIRFLOW__CORE__DATABASE_ACCESS_ISOLATION": "False",
            "AIRFLOW__WEBSERVER__CONFIG_FILE": f"{STATE}/home/webserver_config.py",
            "AIRFLOW__SCHEDULER__CHILD_PROCESS_LOG_DIRECTORY": f"{STATE}/logs/scheduler",
            "AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": f"{STATE}/logs/scheduler",
            "AIRFLOW__LOGGING__DAG_PROCESSOR_MANAGER_LOG_LOCATION": f"{STATE}/logs/manager.log",
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": f"{STATE}/logs",
            "AIRFLOW__LOGGING__LOGGING_CONFIG_CLASS": "",
            "AIRFLOW__LOGGING__REMOTE_LOGGING": "False",
            "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG": "False",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            # Nobody is told of what happens here.
            "AIRFLOW__METRICS__STATSD_ON": "False",
            "AIRFLOW__METRICS__OTEL_ON": "False",
            "AIRFLOW__TRACES__OTEL_ON": "False",
            "AIRFLOW__SENTRY__SENTRY_ON": "False",
            "AIRFLOW__OPENLINEAGE__DISABLED": "True",
            "AIRFLOW__LINEAGE__BACKEND": "",
        }
    )
    for section in ("CORE", "DATABASE"):
        for suffix in ("CONN_CMD", "CONN_SECRET", "CONN_ASYNC"):
            os.environ.pop(f"AIRFLOW__{section}__SQL_ALCHEMY_{suffix}", None)
    own = Path(__file__).resolve().parent
    sys.path[:] = [
        dags,
        *(p for p in sys.path if Path(p or ".").resolve() != own),
    ]  # a file beside this one shadows


def use_database(path: Path) -> None:
    """Let this process work on a SQLite file. Airflow's configuration reads the environment each time."""
    settings = importlib.import_module("airflow.settings")
    url = f"sqlite:///{path}"
    os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = os.environ["AIRFLOW__CORE__SQL_ALCHEMY_CONN"] = url
    if getattr(settings, "engine", None) is not None:
        settings.dispose_orm()
    settings.configure_vars()
    settings.configure_orm()

    def on_connect(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA busy_timeout=120000")  # steps of one run may work at the same time

    find("sqlalchemy.event.listen")(settings.engine, "connect", on_connect)


def use_copy_when_asked(template: Path, path: Path) -> None:
    """As `use_database` with a copy of the template, which is made when something connects: most files do not."""
    settings: Any = importlib.import_module("airflow.settings")
    url = f"sqlite:///{path}"
    os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = os.environ["AIRFLOW__CORE__SQL_ALCHEMY_CONN"] = url
    settings.SQL_ALCHEMY_CONN = url

    def on_do_connect(_: Any, __: Any, arguments: List[Any], ___: Any) -> None:
        if not path.exists():
            shutil.copyfile(str(template), str(path))
        arguments[0] = str(path)

    find("sqlalchemy.event.listen")(settings.engine, "do_connect", on_do_connect)


def template_database() -> Path:
    """An empty, migrated SQLite file, made once for each installation of Airflow; requests work on copies."""
    fab = (
        importlib.util.find_spec("airflow.providers.fab")
        if importlib.util.find_spec("airflow.providers")
        else None
    )
    managers = find("airflow.configuration.conf").get("database", "external_db_managers", fallback="")
    digest = hashlib.sha256(repr((sys.prefix, bool(fab), managers, "text")).encode()).hexdigest()[:12]
    path = STATE / f"airflow-{find('airflow.__version__')}-{digest}.db"
    if not path.exists():
        building = STATE / f"building-{os.getpid()}.db"
        use_database(building)
        find("airflow.utils.db.initdb")()
        importlib.import_module("airflow.settings").dispose_orm()
        keep_json_as_text(building)
        building.rename(path)
    return path


def keep_json_as_text(database: Path) -> None:
    """SQLite takes what a column of type JSON gets for a number where it can: an XCom of 20.0 would become 20."""
    refused = contextlib.suppress(
        sqlite3.OperationalError
    )  # by some systems' SQLite: no more than that is lost
    with refused, contextlib.closing(sqlite3.connect(str(database))) as connection, connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, ' JSON', ' JSON_TEXT') WHERE type='table' AND name='xcom'"
        )


WARM = (
    "airflow.models.dagbag",
    "airflow.models.dagrun",
    "airflow.models.taskinstance",
    "airflow.models.xcom",
    "airflow.models.renderedtifields",
    "airflow.decorators",
    "airflow.utils.db",
    "airflow.serialization.serialized_objects",
    "airflow.providers.standard.operators.python",
    "airflow.providers.standard.operators.bash",
)
WARM_2 = (
    "airflow.operators.python",
    "airflow.operators.bash",
    # A flush fails without the tables that task notes refer to; each is where some versions have them.
    "airflow.providers.fab.auth_manager.models",
    "airflow.auth.managers.fab.models",
    "airflow.www.fab_security.sqla.models",
)
WARM_3 = (
    "a2wsgi",
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "airflow.dag_processing.dagbag",
)


def warm_up() -> None:
    """Import what most requests need, once, before forking."""
    for name in WARM + (WARM_2 if version() < (3, 0) else WARM_3):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    begin_alike()
    with contextlib.suppress(ImportError):
        _ = find(
            "airflow.sdk.task", "airflow.decorators.task"
        ).python  # makes the providers' decorators known
    if has("airflow.plugins_manager.ensure_plugins_loaded"):
        find("airflow.plugins_manager.ensure_plugins_loaded")()
    try:
        find("sqlalchemy.orm.configure_mappers")()
        warm_dag()
    except Exception as error:  # only time is lost, as with an operator that a cluster policy refuses
        print(f"not warmed up: {error!r}", file=sys.stderr)


def warm_dag() -> None:
    """A DAG, for what is imported and computed when the first one is made."""
    dag_class = find("airflow.sdk.DAG", "airflow.models.dag.DAG")
    empty = find(
        "airflow.providers.standard.operators.empty.EmptyOperator", "airflow.operators.empty.EmptyOperator"
    )
    start = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
    with dag_class(dag_id="warm", schedule="@daily", start_date=start) as dag:
        empty(task_id="one") >> find("airflow.sdk.task", "airflow.decorators.task")(warm_task)()
    describe_dag(dag, __file__, None)


def warm_task() -> None:
    pass


@functools.lru_cache(maxsize=None)
def prepare_for_tasks() -> None:
    """Tasks of Airflow 3 talk to an API server in their process. Building it takes seconds: once, here."""
    if version() < (3, 0):
        return
    supervisor: Any = importlib.import_module("airflow.sdk.execution_time.supervisor")
    make = getattr(supervisor.in_process_api_server, "__wrapped__", supervisor.in_process_api_server)
    try:
        server = newest_api_only(make)
    except Exception:  # private parts, which may differ: then with all versions, which takes longer
        server = built(make())
    supervisor.in_process_api_server = lambda: server


def newest_api_only(make: Callable[[], Any]) -> Any:
    """A server for the version of the API that tasks here speak: the older ones take most of the time."""
    module: Any = importlib.import_module("airflow.api_fastapi.execution_api.versions")
    cadwyn, everything = importlib.import_module("cadwyn"), module.bundle
    spoken = find("airflow.sdk.api.datamodels._generated.API_VERSION")
    if everything.versions[0].value != spoken or everything.head_version.changes:
        return built(make())
    versions = cadwyn.HeadVersion(), cadwyn.Version(spoken)
    module.bundle = cadwyn.VersionBundle(*versions, api_version_var=everything.api_version_var)
    try:
        server = make()
        router = server.app._latest_version_router
        router.routes = [r for r in router.routes if "_CADWYN_DELETED_ROUTE" not in getattr(r, "tags", ())]
    finally:
        module.bundle = everything
    return built(server)


def built(server: Any) -> Any:
    """The routes are otherwise made at the first request."""
    for app in [server.app, *(getattr(route, "app", None) for route in server.app.routes)]:
        if hasattr(app, "_cadwyn_initialize") and not getattr(app, "_cadwyn_initialized", True):
            app._cadwyn_initialize()
    return server


def quiet_logs() -> None:
    """One handler, on descriptor 2: Airflow's own write files, or hold the stream that was there at start."""
    warnings.simplefilter("ignore")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s - %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name, logger in list(logging.Logger.manager.loggerDict.items()):
        if name.startswith("airflow") and isinstance(logger, logging.Logger):
            logger.handlers.clear()
            logger.propagate = True
    for name in (
        "airflow.models.dagbag",
        "airflow.processor",
        "airflow.utils.db",
        "alembic",
        "sqlalchemy",
        "httpx",
    ):
        logging.getLogger(name).setLevel(logging.WARNING)


# ------------------------------------------------------------------------------------------- values of XComs


def is_json(value: Any) -> bool:
    """Whether JSON gives back the very same value: not so for a tuple, a subclass, a number as key."""
    if value is None or type(value) in (str, int, bool, float):
        return True
    if type(value) is list:
        return all(map(is_json, value))
    return type(value) is dict and all(type(k) is str and is_json(v) for k, v in value.items())


def artifact(value: Any, folder: Path, name: str) -> Json:
    """The value as JSON, or as a file in the folder, by a path relative to it."""
    if type(value).__name__.startswith("LazyXCom") or hasattr(value, "resolve_iterable"):
        value = list(value)
    if type(value).__name__ == "ObjectStoragePath":  # the new project has a class of its own
        value = str(value)
    if is_json(value):
        return {"json": value}
    library = type(value).__module__.split(".")[0]
    if type(value).__name__ == "DataFrame" and library in ("pandas", "polars"):
        path = folder / f"{name}.parquet"
        try:
            value.to_parquet(path) if library == "pandas" else value.write_parquet(path)
        except Exception as error:  # a column that Parquet has no type for, or no library for it
            return opaque(value, folder, name, f"not written as Parquet: {error}")
        return {"parquet": path.name, "library": library}
    return opaque(value, folder, name, None)


def opaque(value: Any, folder: Path, name: str, why: Optional[str]) -> Json:
    path = folder / f"{name}.pickle"
    try:
        path.write_bytes(pickle.dumps(value))
    except Exception as error:  # pickle runs code of the value's class
        path, why = Path(), why or f"not pickled: {error}"
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    found = {
        "opaque": path.name or None,
        "type": kind,
        "repr": repr(value)[:2000],
        "near_json": near_json(value),
    }
    return {**found, "why": why} if why else found


def near_json(value: Any) -> Any:
    """The nearest that JSON has: lists for tuples, text for dates; None when there is nothing near."""

    def plain(item: Any) -> Any:
        if isinstance(item, (set, frozenset)):
            return sorted(item, key=repr)
        if isinstance(item, (datetime.date, datetime.time)):
            return item.isoformat()
        if hasattr(item, "to_dict") and hasattr(item, "columns"):
            return (
                item.to_dict(orient="split") if type(item).__module__.startswith("pandas") else item.to_dict()
            )
        return item.tolist() if hasattr(item, "tolist") else str(item)

    try:
        return json.loads(json.dumps(value, default=plain))
    except Exception:  # keys that JSON has not, a reference to itself, or a class whose own code fails
        return None


# ------------------------------------------------------------------------------------------------- DAG files


def load_file(file: str, safe_mode: bool = False) -> Any:
    """A DagBag of one file, as Airflow's own loader sees it. In safe mode a file that has no DAG is not run."""
    loader = find("airflow.dag_processing.dagbag.DagBag", "airflow.models.dagbag.DagBag")
    module: Any = sys.modules[loader.__module__]
    if hasattr(module, "_validate_executor_fields"):
        module._validate_executor_fields = lambda *_, **__: None  # the user's executors are not set up here
    options = {
        "dag_folder": os.devnull,
        "collect_dags": False,
        "include_examples": False,
        "read_dags_from_db": False,
        "bundle_name": "dags-folder",
    }
    bag = loader(**accepted(loader.__init__, options))
    bag.process_file(file, only_if_updated=False, safe_mode=safe_mode)
    quiet_logs()  # the file may have imported what brings its own handlers
    return bag


def load(file: str) -> Json:
    """What a file defines, and why it does not load. A helper or script beside DAGs is not run, as in Airflow."""
    places = Places(file)
    try:
        bag = load_file(file, safe_mode())
        errors = [import_error(file, text, places) for _, text in sorted(bag.import_errors.items())]
        dags = [describe_dag(dag, file, places) for _, dag in sorted(bag.dags.items())]
    except BaseException:  # SystemExit of a DAG file among them: whatever it was is the answer
        return {"dags": [], "errors": [import_error(file, traceback.format_exc(), places)]}
    return {"dags": dags, "errors": errors}


def import_error(file: str, text: str, places: Optional[Places] = None) -> Json:
    """The end of a traceback is the message; the last frame in the file itself is where to look."""
    line = lines_of(file, text)[-1:] or ([places.named_in(text)] if places else [])
    message = last_words(text) or "it does not load"
    kinds = {"MemoryError": "memory", "SystemExit": "died", "KeyboardInterrupt": "died"}
    kind = kinds.get(message.partition(":")[0], "import")
    return {"file": file, "line": (line or [1])[0], "message": message, "kind": kind, "traceback": text}


def lines_of(file: str, text: str) -> List[int]:
    """The lines of a file that a traceback names, in its order."""
    frames = re.findall(r'File "([^"]+)", line (\d+)', text)
    real = os.path.realpath(file)
    return [int(n) for path, n in frames if os.path.realpath(path).startswith((real + os.sep, real))]


def last_words(text: str) -> str:
    """What was raised: the first line that says so below the last frame; a message may have more lines."""
    below = re.split(r'(?m)^ +File ".*$', text.strip())[-1].splitlines()
    flush_left = [line for line in below if line and not line.startswith(" ")]
    raised = [line for line in flush_left if re.match(r"[A-Za-z_][\w.]*(:|$)", line)]
    return (raised or flush_left or [""])[0][:500]


class Places:
    """Where a file makes its DAGs and tasks: the innermost line of the user's own code at that moment."""

    def __init__(self, file: str) -> None:
        self.file, self.real = file, os.path.realpath(file)
        self.folder = os.path.join(os.path.realpath(DAGS), "")
        self.found: Dict[
            int, Tuple[Any, str, int]
        ] = {}  # the thing itself too: an id is free when it is gone
        dag_class: Any = find("airflow.sdk.DAG", "airflow.models.dag.DAG")
        self.watch_new(dag_class)
        self.watch_added(dag_class)

    def watch_new(self, dag_class: Any) -> None:
        """`__new__` has ended when `__init__` begins, which in some versions looks at who calls it."""

        def made(cls: Any, *_: Any, **__: Any) -> Any:
            dag = object.__new__(cls)
            self.note(dag, self.is_own)
            return dag

        if dag_class.__new__ is object.__new__:
            dag_class.__new__ = made

    def watch_added(self, dag_class: Any) -> None:
        add_task = dag_class.add_task

        @functools.wraps(add_task)
        def added(dag: Any, task: Any) -> Any:
            self.note(task, self.is_users)
            return add_task(dag, task)

        dag_class.add_task = added

    def is_own(self, path: str) -> bool:
        """Whether it is the file itself, or a file inside it when it is an archive."""
        return path == self.real or path.startswith(self.real + os.sep)

    def is_users(self, path: str) -> bool:
        return self.is_own(path) or (path.startswith(self.folder) and "site-packages" not in path)

    def note(self, thing: Any, wanted: Callable[[str], bool]) -> None:
        frame: Any = sys._getframe(2)
        while frame is not None and not wanted(real_path(frame.f_code.co_filename)):
            frame = frame.f_back
        if frame is not None:
            self.found[id(thing)] = (thing, frame.f_code.co_filename, frame.f_lineno)

    def of(self, thing: Any) -> Json:
        """Its file and line; the top of the file when nobody saw it being made."""
        _, file, line = self.found.get(id(thing), (None, self.file, 1))
        return {"file": file, "line": line}

    def named_in(self, text: str) -> int:
        """The line of the DAG that a message names, such as one about a cycle; else that of the first DAG."""
        dags = [
            (str(getattr(d, "dag_id", "")), line)
            for d, _, line in self.found.values()
            if hasattr(d, "add_task")
        ]
        named = [line for dag_id, line in dags if dag_id and re.search(rf"\b{re.escape(dag_id)}\b", text)]
        return (named or [line for _, line in dags] or [1])[0]


real_path = functools.lru_cache(maxsize=None)(os.path.realpath)


# ----------------------------------------------------------------------------------------- structure of DAGs


def describe_value(value: Any, templated: bool = False, depth: int = 0) -> Json:
    """An argument as data: a constant, a template, a task's XCom, a function; else the text of the object."""
    if isinstance(value, str) and templated and ("{{" in value or "{%" in value):
        return {"template": str(value)}
    if value is None or type(value) in (bool, int, float, str):
        return {"json": value}
    if isinstance(value, datetime.timedelta):
        return {"timedelta": value.total_seconds()}
    if isinstance(value, datetime.datetime) and value.tzinfo:
        return {"datetime": value.isoformat()}
    if type(value) is bytes:
        return {"bytes": value.decode("latin-1")}
    if type(value) in (list, tuple, set) and depth < 10:
        items = sorted(value, key=repr) if type(value) is set else value
        return {type(value).__name__: [describe_value(item, templated, depth + 1) for item in items]}
    if type(value) is dict and depth < 10 and all(type(key) is str for key in value):
        return {"dict": [[key, describe_value(item, templated, depth + 1)] for key, item in value.items()]}
    return describe_object(value)


def describe_object(value: Any) -> Json:
    kind = type(value).__name__
    if kind == "PlainXComArg" or (kind == "XComArg" and hasattr(value, "operator")):
        return {"xcom": [value.operator.task_id, value.key]}
    if inspect.isfunction(value):
        return {"function": describe_function(value)}
    if isinstance(value, str):  # an enumeration of texts, such as a trigger rule
        return {"json": name_of(value)}
    try:
        text = re.sub(r" at 0x[0-9a-f]+", "", repr(value))[:500]
    except Exception:  # the class's own code
        text = kind
    found: Json = {"code": text, "why": f"an object of {type(value).__module__}.{type(value).__qualname__}"}
    if hasattr(value, "iter_references"):  # XComs that are mapped, zipped or joined
        found["reads"] = sorted({operator.task_id for operator, _ in value.iter_references()})
    return found


def describe_function(function: Any) -> Json:
    """Name and place of a function; the line is that of its `def`, below the decorators."""
    function = inspect.unwrap(function)
    module = function.__module__ or ""
    inside = module.startswith("unusual_prefix_")  # the name that Airflow gives to a DAG file
    code = function.__code__
    found = {"name": function.__name__, "qualified": None if inside else f"{module}.{function.__qualname__}"}
    return {**found, "module": module, "file": code.co_filename, "line": definition_line(function)}


def definition_line(function: Any) -> int:
    first: int = function.__code__.co_firstlineno
    try:
        lines, _ = inspect.getsourcelines(function)
    except (OSError, TypeError):
        return first
    for number, line in enumerate(lines):
        if re.match(r"\s*(async\s+)?def\s", line):
            return first + number
    return first


def describe_dag(dag: Any, file: str, places: Optional[Places]) -> Json:
    """Every name that some version lacks is asked for with a default."""
    return {
        "dag_id": dag.dag_id,
        "file": file,
        "line": places.of(dag)["line"] if places else 1,
        "parent": getattr(getattr(dag, "parent_dag", None), "dag_id", None),
        "description": dag.description,
        "doc_md": dag.doc_md,
        "schedule": describe_schedule(dag),
        "start_date": first_date(dag),
        "end_date": dag.end_date.isoformat() if dag.end_date else None,
        "timezone": zone_name(dag.timezone),
        "catchup": bool(dag.catchup),
        "tags": sorted(dag.tags or []),
        "max_active_runs": dag.max_active_runs,
        "args": describe_dag_arguments(dag),
        "default_args": {
            k: describe_value(v, templated=True) for k, v in sorted((dag.default_args or {}).items())
        },
        "groups": sorted(group for group in dag.task_group.get_task_group_dict() if group),
        "tasks": [
            {**describe_task(task, dag), "made": places.of(task) if places else None}
            for task in sorted(dag.tasks, key=lambda t: t.task_id)
        ],
    }


def first_date(dag: Any) -> Optional[str]:
    """What the scheduler goes by: the DAG's own date, or that of a task which starts earlier."""
    dates = [each.start_date for each in [dag, *dag.tasks] if each.start_date]
    return min(dates).isoformat() if dates else None


def zone_name(zone: Any) -> str:
    return str(getattr(zone, "name", None) or getattr(zone, "key", None) or zone)


DAG_ARGUMENTS = [
    "max_active_runs",
    "max_active_tasks",
    "dagrun_timeout",
    "fail_fast",
    "fail_stop",
    "max_consecutive_failed_dag_runs",
    "on_success_callback",
    "on_failure_callback",
    "sla_miss_callback",
    "render_template_as_native_obj",
    "template_searchpath",
    "template_undefined",
    "user_defined_macros",
    "user_defined_filters",
    "jinja_environment_kwargs",
    "access_control",
    "is_paused_upon_creation",
    "dag_display_name",
    "owner_links",
    "default_view",
    "orientation",
]


def describe_dag_arguments(dag: Any) -> Json:
    """The arguments that are not the default, which is what a DAG without any has."""
    plain = find("airflow.sdk.DAG", "airflow.models.dag.DAG")(dag_id=dag.dag_id, schedule=None)
    found = {name: getattr(dag, name, None) for name in DAG_ARGUMENTS}
    given = {name: value for name, value in found.items() if value != getattr(plain, name, None)}
    described = {name: describe_value(value) for name, value in given.items()}
    if dag.params:
        described["params"] = describe_params(dag.params)
    return described


def describe_params(params: Any) -> Json:
    def value_of(name: str) -> Any:
        try:
            found = params.get_param(name) if hasattr(params, "get_param") else params[name]
        except Exception:  # a validator of the user, or a value that is missing
            return None
        return getattr(found, "value", found)

    return {"dict": [[name, describe_value(value_of(name))] for name in params]}


def core_timetable(dag: Any) -> Any:
    """The timetable that computes; what a DAG of 3.2 and later holds itself is a description of one."""
    if has("airflow.serialization.encoders.coerce_to_core_timetable"):
        return find("airflow.serialization.encoders.coerce_to_core_timetable")(dag.timetable)
    return dag.timetable


def describe_schedule(dag: Any) -> Json:
    written = getattr(dag, "schedule", None) if version() >= (3, 0) else dag.schedule_interval
    table = core_timetable(dag)
    kind = type(table).__name__
    text = written if isinstance(written, str) else str(getattr(table, "summary", None) or written)
    found: Json = {"timetable": f"{type(table).__module__}.{kind}", "text": text}
    simple = {"NullTimetable": "manual", "OnceTimetable": "once", "ContinuousTimetable": "continuous"}
    if kind in simple:
        return {**found, "kind": simple[kind]}
    if kind in ("CronDataIntervalTimetable", "CronTriggerTimetable"):
        return {**found, **describe_cron(table, written)}
    if kind in ("DeltaDataIntervalTimetable", "DeltaTriggerTimetable"):
        return {**found, **describe_delta(table)}
    if re.match(r"(Dataset|Asset)Triggered", kind):
        return {**found, **describe_datasets(dag, table)}
    return {**found, "kind": "timetable"}


def describe_cron(table: Any, written: Any) -> Json:
    if getattr(
        table, "_interval", None
    ):  # a trigger that looks back over an interval of its own: neither of the two
        return {"kind": "timetable"}
    expression = written if isinstance(written, str) and written.startswith("@") else table._expression
    interval = type(table).__name__ == "CronDataIntervalTimetable"
    return {
        "kind": "cron",
        "expression": expression,
        "timezone": zone_name(table._timezone),
        "interval": interval,
    }


def describe_delta(table: Any) -> Json:
    if not isinstance(table._delta, datetime.timedelta) or getattr(table, "_interval", None):
        return {"kind": "timetable"}
    interval = type(table).__name__ == "DeltaDataIntervalTimetable"
    return {"kind": "delta", "seconds": table._delta.total_seconds(), "interval": interval}


def describe_datasets(dag: Any, table: Any) -> Json:
    """The condition has moved: a list of the DAG (2.4), then its condition (2.9), then its timetable's."""
    condition = getattr(table, "asset_condition", None) or getattr(table, "dataset_condition", None)
    condition = condition or getattr(dag, "dataset_triggers", None)
    members = (
        list(condition)
        if isinstance(condition, (list, tuple))
        else getattr(condition, "objects", [condition])
    )
    needs = "any" if type(condition).__name__.endswith("Any") else "all"
    flat = all(hasattr(member, "uri") or is_alias(member) for member in members)
    found = [one for member in members for one in single_datasets(member)]
    return {
        "kind": "datasets",
        "uris": list(dict.fromkeys(str(one.name if is_alias(one) else one.uri) for one in found)),
        "needs": needs if flat else "expression",
        "aliases": [str(one.name) for one in found if is_alias(one)],
        "watched": [str(one.uri) for one in found if getattr(one, "watchers", None)],
    }


def is_alias(condition: Any) -> bool:
    return "Alias" in type(condition).__name__


def single_datasets(condition: Any) -> Iterator[Any]:
    """The datasets and aliases in a nested condition; what an alias stands for by now is no part of it."""
    if hasattr(condition, "uri") or is_alias(condition):
        yield condition
    else:
        for member in getattr(condition, "objects", ()):
            yield from single_datasets(member)


def describe_task(task: Any, dag: Any) -> Json:
    mapped = (
        "Mapped" in type(task).__name__
    )  # is_mapped exists in 2.4, is gone in 2.7 to 2.11, and back in 3.0
    kind = task.operator_class if mapped and isinstance(task.operator_class, type) else type(task)
    decorator = getattr(kind, "custom_operator_name", None) or ""
    delay = task.retry_delay
    return {
        "task_id": task.task_id,
        "operator": task.task_type,
        "module": kind.__module__,
        "decorator": decorator if decorator.startswith("@task") else None,
        "upstream": sorted(task.upstream_task_ids),
        "trigger_rule": name_of(task.trigger_rule),
        "retries": int(task.retries or 0),
        "retry_delay": delay.total_seconds() if isinstance(delay, datetime.timedelta) else float(delay or 0),
        "pool": task.pool,
        "owner": task.owner,
        "mapped": mapped,
        "setup": bool(getattr(task, "is_setup", False)),
        "teardown": bool(getattr(task, "is_teardown", False)),
        "group": getattr(getattr(task, "task_group", None), "group_id", None),
        "template_fields": list(task.template_fields or ()),
        **describe_arguments(task, dag, mapped),
    }


NOT_ARGUMENTS = {
    "task_id",
    "dag",
    "task_group",
    "default_args",
    "kwargs_to_upstream",
    "python_callable",
    "is_setup",
    "is_teardown",
}


def describe_arguments(task: Any, dag: Any, mapped: bool) -> Json:
    """The arguments that were set, those of default_args among them; "own" are those of the call itself."""
    expand = expanded(task) if mapped else {}
    given = task.partial_kwargs if mapped else getattr(task, "_BaseOperator__init_kwargs", {})
    function = given.get("python_callable") or getattr(task, "python_callable", None)
    given = {name: value for name, value in given.items() if name not in NOT_ARGUMENTS}
    if mapped:
        given = {name: value for name, value in given.items() if set_in_partial(name, value)}
    if describe_params(given.get("params") or {}) == describe_params(dag.params or {}):
        given.pop("params", None)  # the DAG's, which every task gets
    defaults = dag.default_args or {}
    own = [name for name, value in given.items() if not (name in defaults and same(defaults[name], value))]
    fields = set(task.template_fields or ())
    return {
        "args": {name: describe_value(value, name in fields) for name, value in sorted(given.items())},
        "own": sorted(own),
        "expand": {name: describe_value(value, True) for name, value in sorted(expand.items())},
        "callable": describe_function(function) if inspect.isfunction(function) else None,
    }


def same(one: Any, other: Any) -> bool:
    """Whether two arguments are the same; some versions put a callback into a list."""
    alike = type(one) is type(other) and bool(one == other)
    return one is other or alike or (isinstance(other, list) and len(other) == 1 and other[0] is one)


def expanded(task: Any) -> Json:
    """The arguments that a mapped task is mapped over; `expand_kwargs` has one for all."""
    found = getattr(task, "op_kwargs_expand_input", None) or task.expand_input
    value = getattr(found, "value", None)
    return dict(value) if isinstance(value, dict) else {"expand_kwargs": value}


@functools.lru_cache(maxsize=None)
def partial_defaults() -> Json:
    """What `partial()` fills in by itself."""
    operator = find("airflow.sdk.BaseOperator", "airflow.models.baseoperator.BaseOperator")
    dag = find("airflow.sdk.DAG", "airflow.models.dag.DAG")(dag_id="plain", schedule=None)
    found: Json = operator.partial(task_id="plain", dag=dag).kwargs
    return found


def set_in_partial(name: str, value: Any) -> bool:
    plain = partial_defaults()
    return not (name in plain and same(plain[name], value)) and bool(
        value or name not in ("params", "op_args", "op_kwargs")
    )


# -------------------------------------------------------------------------------------------------- DAG runs


class Source:
    """A DAG as its file defines it, and as the scheduler sees it."""

    def __init__(self, request: Json) -> None:
        sys.path += [folder for folder in import_folders(request["file"]) if folder not in sys.path]
        self.bag = load_file(request["file"])
        if self.bag.import_errors:
            text = "\n".join(self.bag.import_errors.values())
            raise RequestError(f"the file does not load: {import_error(request['file'], text)['message']}")
        if request["dag_id"] not in self.bag.dags:
            raise RequestError(f"{request['file']} defines no DAG {request['dag_id']!r}")
        self.dag = self.bag.dags[request["dag_id"]]
        if not request.get("callbacks"):
            silence(self.dag)
        self.session = importlib.import_module("airflow.settings").Session()
        self.scheduler_dag = self.dag if version() < (3, 0) else scheduler_copy(self.dag)

    def store(self, beside: Tuple[str, ...] = ()) -> None:
        """Write the DAG and the pools that it names into the database: a run refers to them.

        So it does to the DAGs that it starts; `beside` has their files.
        """
        if version() < (3, 0):
            self.dag.sync_to_db(session=self.session)
        else:
            find("airflow.dag_processing.bundles.manager.DagBundlesManager")().sync_bundles_to_db(
                session=self.session
            )
            self.session.commit()
            self.sync(self.bag)
        for file in beside:
            self.sync(load_file(file))
        self.session.commit()
        make_pools(self.dag, self.session)

    def sync(self, bag: Any) -> None:
        """As the DAG processor does, with the serialized form.

        Airflow's session keeps what it has read: references that it does not know of would be written twice.
        """
        self.session.flush()
        self.session.expire_all()
        if version() < (3, 0):
            bag.sync_to_db(session=self.session)
        elif hasattr(bag, "sync_to_db"):
            bag.sync_to_db("dags-folder", None, session=self.session)
        else:
            write = find("airflow.dag_processing.dagbag.sync_bag_to_db")
            write(bag, "dags-folder", None, session=self.session)

    def after(self, interval: Any) -> Tuple[Any, Any]:
        """Logical date and interval of the run that the schedule has after one; at a change of the clock they are
        not always those at or after a date."""
        base = importlib.import_module("airflow.timetables.base")
        limits = base.TimeRestriction(*limits_of(self.dag)[:1], latest=None, catchup=True)
        table = self.scheduler_dag.timetable
        info = table.next_dagrun_info(last_automated_data_interval=interval, restriction=limits)
        return (info.logical_date or info.run_after, info.data_interval) if info else (None, None)

    def when(self, date: Optional[str], interval: Optional[List[str]]) -> Tuple[Any, Any, Any]:
        """Logical date, data interval and due time of the first run that is scheduled at or after a date.

        None is scheduled before the DAG or a task of it starts. A date without an offset is one of the DAG's own
        time zone. An explicit interval needs no timetable, and a DAG without a schedule gets the date itself.
        """
        parse, base = find("pendulum.parse"), importlib.import_module("airflow.timetables.base")
        zone = self.dag.timezone
        if interval:
            start, end = (parse(text, tz=zone) for text in interval)
            return parse(date, tz=zone) if date else start, base.DataInterval(start, end), end
        earliest = parse(date, tz=zone).in_timezone("UTC")
        table = self.scheduler_dag.timetable
        starts = [d.start_date for d in [self.dag, *self.dag.tasks] if d.start_date]
        begin = next_of_delta(table, min(starts), earliest) if starts else earliest
        info = None
        if getattr(table, "can_be_scheduled", getattr(table, "can_run", True)):  # can_run before 2.5
            limits = base.TimeRestriction(earliest=begin, latest=None, catchup=True)
            info = table.next_dagrun_info(last_automated_data_interval=None, restriction=limits)
        if info is None:
            return begin, base.DataInterval.exact(begin), begin
        return info.logical_date or info.run_after, info.data_interval, info.run_after


def next_of_delta(table: Any, start: Any, earliest: Any) -> Any:
    """The first moment to look from: a timedelta is counted from the start date; a cron knows its own moments."""
    delta = getattr(table, "_delta", None)
    if delta is None or earliest <= start:
        return max(start, earliest)
    if isinstance(delta, datetime.timedelta):
        return start + delta * math.ceil((earliest - start).total_seconds() / delta.total_seconds())
    while start < earliest:
        start += delta
    return start


def scheduler_copy(dag: Any) -> Any:
    """Airflow 3 schedules from the serialized form of a DAG."""
    prefix = "airflow.serialization.serialized_objects"
    serde = find(f"{prefix}.DagSerialization", f"{prefix}.SerializedDAG")
    copy = serde.from_dict(serde.to_dict(dag))
    copy.on_success_callback, copy.on_failure_callback = dag.on_success_callback, dag.on_failure_callback
    return copy


CALLBACKS = [
    "on_execute_callback",
    "on_failure_callback",
    "on_success_callback",
    "on_retry_callback",
    "on_skipped_callback",
]


def silence(dag: Any) -> None:
    """Take away what would tell people: the callbacks and the mails of the DAG and its tasks."""
    for name in ("on_success_callback", "on_failure_callback", "sla_miss_callback"):
        if hasattr(dag, name):
            setattr(dag, name, None)
    for task in dag.tasks:
        owner = task.partial_kwargs if "Mapped" in type(task).__name__ else task.__dict__
        for name in CALLBACKS:
            if owner.get(name):
                owner[name] = [] if isinstance(owner[name], (list, tuple)) else None
        for name in ("email_on_failure", "email_on_retry"):
            owner[name] = False


def make_pools(dag: Any, session: Any) -> None:
    pool_class = find("airflow.models.pool.Pool")
    for name in sorted({task.pool for task in dag.tasks} - {None, "default_pool"}):
        if not session.query(pool_class).filter(pool_class.pool == name).first():
            pool = pool_class(pool=name, slots=128, description="")
            if hasattr(pool, "include_deferred"):
                pool.include_deferred = False
            session.add(pool)
    session.commit()


def create_run(source: Source, request: Json, date: Optional[str]) -> str:
    """Make the scheduled run in the database; its id."""
    logical_date, interval, due = source.when(date, request.get("interval"))
    kinds = importlib.import_module("airflow.utils.types")
    options = {
        "run_id": request.get("run_id") or f"scheduled__{logical_date.isoformat()}",
        "data_interval": interval,
        "conf": request.get("conf") or {},
        "state": find("airflow.utils.state.DagRunState", "airflow.sdk.DagRunState").RUNNING,
        "run_type": kinds.DagRunType.SCHEDULED,
        "start_date": find("airflow.utils.timezone.utcnow", "airflow.sdk.timezone.utcnow")(),
        "session": source.session,
    }
    if version() < (3, 0):
        options.update(execution_date=logical_date, external_trigger=False)
    else:
        options.update(
            logical_date=logical_date, run_after=due, triggered_by=kinds.DagRunTriggeredByType.TEST
        )
    run = source.scheduler_dag.create_dagrun(**options)
    source.session.commit()
    return str(run.run_id)


class LiveRun:
    """One DAG run in the private database.

    Airflow closes the session of its thread now and then; objects that were loaded before lose their changes
    in silence. So rows are asked for again before each use, and none is kept.
    """

    def __init__(self, source: Source, run_id: str, folder: Path, emit: Emit) -> None:
        self.source, self.run_id, self.folder, self.emit = source, run_id, folder, emit
        self.session = source.session
        self.stream_logs = False
        folder.mkdir(parents=True, exist_ok=True)

    def row(self) -> Any:
        model = find("airflow.models.dagrun.DagRun")
        query = self.session.query(model).filter_by(dag_id=self.source.dag.dag_id, run_id=self.run_id)
        run = query.one_or_none()
        if run is None:
            raise RequestError(f"there is no run {self.run_id} of {self.source.dag.dag_id}")
        run.dag = self.source.scheduler_dag
        return run

    def instances(self, **which: Any) -> Any:
        model = find("airflow.models.taskinstance.TaskInstance")
        query = self.session.query(model).filter_by(
            dag_id=self.source.dag.dag_id, run_id=self.run_id, **which
        )
        return query.order_by(model.task_id, model.map_index)

    def instance(self, key: Key) -> Any:
        return self.instances(task_id=key[0], map_index=key[1]).one()

    def state(self) -> str:
        self.session.expire_all()
        return name_of(self.row().state)

    def decide(self) -> List[Key]:
        """Let Airflow apply trigger rules, skips and mapping; the task instances that it would start now."""
        run = self.row()
        if name_of(run.state) not in ("running", "queued"):
            return []
        ready, _ = run.update_state(session=self.session)
        keys = {(ti.task_id, ti.map_index) for ti in ready}
        self.session.commit()
        keys |= {(ti.task_id, ti.map_index) for ti in self.instances(state="scheduled")}
        return sorted(keys)

    def execute(self, key: Key) -> str:
        """Run one task instance as a worker does; its state afterwards."""
        self.emit({"event": "at", "what": f"task {label(key)} of run {self.run_id}"})
        log = self.folder / "logs" / f"{label(key)}.log"
        log.parent.mkdir(exist_ok=True)
        with captured(log, self.emit if self.stream_logs else None):
            try:
                run_part_of(self, key)
                begin_alike()
                with clock_stopped(self, key):
                    (execute_2 if version() < (3, 0) else execute_3)(self, key)
                after_execution(self, key)
            except Exception as error:  # the task's own error, which Airflow has put into its state
                print(f"{type(error).__name__}: {error}", file=sys.stderr)
                self.session.rollback()
        self.session.expire_all()
        return name_of(self.instance(key).state)

    def chooses(self, task_id: str) -> bool:
        """Whether a task is a branch, whatever its class is called; 3.x keeps no value of those."""
        made = self.source.dag.task_dict.get(task_id)
        return any(cls.__name__ == "BranchMixIn" for cls in type(made).__mro__)

    def summary(self, ti: Any, xcoms: Dict[Key, Json]) -> Json:
        key = (ti.task_id, ti.map_index)
        pushed = {
            name: artifact(value, self.folder, f"{file_name(label(key))}.{file_name(name)}")
            for name, value in sorted(xcoms.get(key, {}).items())
        }
        log = Path("logs") / f"{label(key)}.log"
        return {
            "task_id": ti.task_id,
            "map_index": ti.map_index,
            "state": name_of(ti.state),
            "tries": tries_of(ti),
            "operator": ti.operator,
            **({"chooses": True} if self.chooses(ti.task_id) else {}),
            "xcoms": pushed,
            "log": log.as_posix() if (self.folder / log).exists() else None,
        }

    def record(self) -> Json:
        """The run record, also written to `record.json` in the folder."""
        self.session.expire_all()
        run = self.row()
        date = getattr(run, "logical_date", None) or getattr(run, "execution_date", None)
        interval = [run.data_interval_start, run.data_interval_end]
        found = {
            "version": 1,
            "side": "airflow",
            "system": find("airflow.__version__"),
            "dag_id": run.dag_id,
            "run_id": run.run_id,
            "logical_date": iso(date),
            "interval": [iso(moment) for moment in interval] if all(interval) else None,
            "state": name_of(run.state),
        }
        xcoms = stored_xcoms(self)
        found["tasks"] = [self.summary(ti, xcoms) for ti in self.instances()]
        (self.folder / "record.json").write_text(json.dumps(found) + "\n", encoding="utf-8")
        return found


def begin_alike() -> None:
    """With a seed given, chance gives each task the same numbers: whoever compares two runs of it gives one."""
    seed = os.environ.get("MIGRATE_RANDOM_SEED")
    if seed is not None:
        random.seed(seed)
        with contextlib.suppress(ImportError):
            importlib.import_module("numpy").random.seed(int(seed))


def own_clock() -> Any:
    """With a clock given (a file), the module of it: whoever compares two systems has tasks read the same time."""
    path = os.environ.get("MIGRATE_CLOCK")
    if path and "migrate_clock" not in sys.modules:
        spec: Any = importlib.util.spec_from_file_location("migrate_clock", path)
        sys.modules["migrate_clock"] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.install()
    return sys.modules["migrate_clock"] if path else None


@contextlib.contextmanager
def clock_stopped(live: LiveRun, key: Key) -> Iterator[None]:
    """The code of a task reads the moment that was asked for, or else the one at which the run was due."""
    clock = own_clock()
    if clock is None:
        yield
        return
    run = live.row()
    date = getattr(run, "logical_date", None) or getattr(run, "execution_date", None)
    clock.stop_for_run(label(key), iso(run.data_interval_end), iso(date))
    try:
        yield
    finally:
        clock.go_on()


def tries_of(ti: Any) -> int:
    return int(ti._try_number if version() < (2, 10) else ti.try_number)


def iso(moment: Any) -> Optional[str]:
    """ISO 8601 in UTC, which SQLite has no offset for."""
    if moment is None:
        return None
    text = moment.isoformat()
    return str(text) if moment.tzinfo else f"{text}+00:00"


def label(key: Key) -> str:
    return key[0] if key[1] < 0 else f"{key[0]}[{key[1]}]"


def file_name(text: str) -> str:
    """The text as a name of a file; two texts never get the same one."""
    safe = re.sub(r"[^\w.\[\]=+-]", "_", text)[:120]
    return safe if safe == text else f"{safe}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def execute_2(live: LiveRun, key: Key) -> None:
    """Airflow 2: the public `TaskInstance.run` sets states, tries, XComs and rendered fields."""
    ti = live.instance(key)
    ti.task = live.source.dag.get_task(key[0])
    if version() >= (2, 10) and name_of(ti.state) != "up_for_reschedule" and not ti.next_method:
        ti.try_number += 1
    live.session.commit()
    try:
        ti.run(verbose=False, ignore_all_deps=True, ignore_ti_state=True, session=live.session)
    except find("airflow.exceptions.AirflowFailException") as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
    finally:
        live.session.commit()


def run_part_of(live: LiveRun, key: Key) -> None:
    """A scheduler runs the run of a sub-DAG that its operator makes and waits for: here, its first look does."""
    task = live.source.dag.get_task(key[0])
    part = getattr(task, "subdag", None)
    if part is None or not hasattr(part, "dag_id"):
        return
    usual = type(task).poke

    def poke(context: Any) -> Any:
        with alone() as session:
            run_part(live, part, context["logical_date"], session)
        return usual(task, context)

    task.__dict__["poke"] = poke


@contextlib.contextmanager
def alone() -> Iterator[Any]:
    """A session for tasks that run while another one does; Airflow holds one for each thread, and one for its task."""
    sessions = importlib.import_module("airflow.settings").Session
    of_task = sys.modules.get("airflow.utils.task_instance_session")
    name = "__current_task_instance_session"
    held, at_hand = sessions.registry(), getattr(of_task, name, None)
    sessions.registry.set(sessions.session_factory())
    if at_hand is not None:
        setattr(of_task, name, None)
    try:
        yield sessions.registry()
    finally:
        sessions.registry().close()
        sessions.registry.set(held)
        if at_hand is not None:
            setattr(of_task, name, at_hand)


def run_part(live: LiveRun, part: Any, date: Any, session: Any) -> None:
    """The run of a sub-DAG, to its end."""
    source = object.__new__(Source)
    source.bag, source.dag, source.scheduler_dag, source.session = live.source.bag, part, part, session
    model = find("airflow.models.dagrun.DagRun")
    runs = session.query(model.run_id).filter(model.dag_id == part.dag_id, model.execution_date == date)
    run_to_end(LiveRun(source, runs.one()[0], live.folder / "parts" / file_name(part.dag_id), live.emit))


def execute_3(live: LiveRun, key: Key) -> None:
    """Airflow 3: the supervisor of `dag.test`, which talks to an API server in this process."""
    ti = live.instance(key)
    if name_of(ti.state) != "up_for_reschedule" and not ti.next_method:
        ti.try_number += 1
    ti.state = "queued"
    live.session.commit()
    model = find("airflow.sdk.api.datamodels._generated.TaskInstance")
    names = [
        "id",
        "task_id",
        "dag_id",
        "run_id",
        "try_number",
        "map_index",
        "dag_version_id",
        "pool_slots",
        "queue",
        "priority_weight",
    ]
    values = {name: getattr(ti, name, None) for name in names if name in model.model_fields}
    for name in {"id", "dag_version_id"} & set(values):
        values[name] = uuid.UUID(str(values[name]))
    run = find("airflow.sdk.execution_time.supervisor.run_task_in_process")
    result = run(ti=model(**values), task=live.source.dag.get_task(key[0]))
    live.session.expire_all()
    ti = live.instance(key)
    if name_of(ti.state) in ("running", "queued"):
        ti.state = name_of(result.state)
        live.session.commit()


def after_execution(live: LiveRun, key: Key) -> None:
    """Fire the trigger of a deferred task here: there is no triggerer."""
    live.session.expire_all()
    ti = live.instance(key)
    if name_of(ti.state) != "deferred":
        return
    model = find("airflow.models.trigger.Trigger")
    row = live.session.query(model).filter(model.id == ti.trigger_id).one()
    module, _, name = row.classpath.rpartition(".")
    trigger = getattr(importlib.import_module(module), name)(**row.kwargs)
    number = row.id
    event = asyncio.run(first_event(trigger))
    model.submit_event(number, event, session=live.session)
    live.session.commit()


async def first_event(trigger: Any) -> Any:
    async for event in trigger.run():
        return event
    raise RuntimeError(f"{type(trigger).__name__} ended without an event")


def do_not_wait() -> None:
    """Retry delays are not waited for; the number of tries stays."""
    model = find("airflow.models.taskinstance.TaskInstance")
    model.next_retry_datetime = lambda self: self.end_date


def wait_for_reschedule(live: LiveRun, keys: Set[Key], longest: Optional[float]) -> None:
    """Sleep until sensors that asked to be called again are due, or for the longest time; then they are."""
    model = find("airflow.models.taskreschedule.TaskReschedule")
    utcnow = find("airflow.utils.timezone.utcnow", "airflow.sdk.timezone.utcnow")
    dates = [row.reschedule_date for row in live.session.query(model.reschedule_date)]
    live.session.commit()
    left = max([0.0, *((date - utcnow()).total_seconds() for date in dates)]) if keys else 0.0
    time.sleep(left if longest is None else min(left, longest))
    live.session.query(model).update({"reschedule_date": utcnow()})
    live.session.commit()


HIDDEN = re.compile(r"^(_link.*|skipmixin_key|pipeline_outlets)$")  # what Airflow itself pushes


def stored_xcoms(live: LiveRun) -> Dict[Key, Json]:
    """The XComs of a run as Python objects. Columns, not rows: a loaded row is already half deserialized."""
    model = find("airflow.models.xcom.XComModel", "airflow.models.xcom.XCom")
    columns = (model.task_id, model.map_index, model.key, model.value)
    rows = live.session.query(*columns).filter(
        model.dag_id == live.source.dag.dag_id, model.run_id == live.run_id
    )
    found: Dict[Key, Json] = {}
    for row in rows:
        if not HIDDEN.match(row.key):
            found.setdefault((row.task_id, row.map_index), {})[row.key] = xcom_value(row)
    return found


def xcom_value(row: Any) -> Any:
    if version() < (3, 0):
        return find("airflow.models.xcom.XCom").deserialize_value(row)
    model = find("airflow.models.xcom.XComModel")
    # What tasks push is stored as it is since the model can be told not to encode it; decoding it all the same
    # would make a list of the text '["a"]'.
    as_it_is = "serialize" in inspect.signature(model.set).parameters
    raw = row.value if as_it_is else model.deserialize_value(row)
    return find("airflow.sdk.execution_time.xcom.XCom").deserialize_value(types.SimpleNamespace(value=raw))


@contextlib.contextmanager
def captured(path: Path, emit: Optional[Emit]) -> Iterator[None]:
    """What Python or subprocesses write to descriptors 1 and 2 goes to a file, and its lines to emit."""
    flush()
    saved = os.dup(1), os.dup(2)
    target = os.open(str(path), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    start = os.fstat(target).st_size
    os.dup2(target, 1)
    os.dup2(target, 2)
    os.close(target)
    ended = threading.Event()
    reader = threading.Thread(target=follow, args=(path, start, ended, emit), daemon=True) if emit else None
    if reader:
        reader.start()
    try:
        yield
    finally:
        flush()
        for number, descriptor in zip((1, 2), saved):
            os.dup2(descriptor, number)
            os.close(descriptor)
        ended.set()
        if reader:
            reader.join()


def flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(ValueError, OSError):
            stream.flush()


def follow(path: Path, start: int, ended: threading.Event, emit: Emit) -> None:
    """Emit the lines that are added to a file, until it has ended."""
    with path.open("r", encoding="utf8", errors="replace") as lines:
        lines.seek(start)
        rest = ""
        while True:
            last = ended.wait(0.1)
            *whole, rest = (rest + lines.read()).split("\n")
            for line in whole + ([rest] if last and rest else []):
                emit({"event": "log", "line": line[:100_000]})
            if last:
                return


# ----------------------------------------------------------------------------------------- the verbs on runs


def run(request: Json, emit: Emit) -> Json:
    """Whole scheduled runs of one DAG, one after the other in one database, as `depends_on_past` needs.

    A date may be {"date", "interval"}, as `dates` gives it. Dates that mean the same run make it once; "dates" of
    an answer are those that it stands for.
    """
    source = Source(request)
    source.store(tuple(request.get("beside") or ()))
    others = [Source({**request, **other}) for other in request.get("first") or ()]
    for other in others:
        other.store()
    do_not_wait()
    records: Dict[Any, Json] = {}  # by logical date
    before: List[Json] = []
    for each in request["dates"]:
        asked = {**request, **(each if isinstance(each, dict) else {"date": each})}
        date = asked["date"]
        logical_date, _, _ = source.when(date, asked.get("interval"))
        if logical_date in records:
            records[logical_date]["dates"].append(date)
            continue
        known = [(each["dag_id"], each["logical_date"]) for each in before]
        earlier = [run for other in others for run in run_before(source, other, asked, known, emit)]
        before += earlier
        emit({"event": "at", "what": f"the run of {date}"})
        run_id = create_run(source, asked, date)
        live = LiveRun(source, run_id, Path(request["out"]) / file_name(date), emit)
        run_to_end(live)
        records[logical_date] = {**live.record(), "first": earlier, "dates": [date]}
    return {"runs": list(records.values())}


def run_before(
    source: Source, other: Source, request: Json, known: List[Tuple[str, str]], emit: Emit
) -> Iterator[Json]:
    """Make the runs of another DAG that begin in the interval of this one, or the one of its date.

    `known`: the runs that have been made before, by DAG and date.
    """
    date = request["date"]
    _, interval, _ = source.when(date, request.get("interval"))
    at, dag_id = interval.start, other.dag.dag_id
    while True:
        logical_date, own, _ = other.when(at.isoformat(), None)
        if own.start >= interval.end and own.start > interval.start:
            return
        if (dag_id, iso(logical_date)) not in known:
            emit({"event": "at", "what": f"the run of {dag_id} before the one of {date}"})
            run_id = create_run(other, {"dag_id": dag_id}, at.isoformat())
            live = LiveRun(
                other, run_id, Path(request["out"]) / "first" / file_name(f"{dag_id} {run_id}"), emit
            )
            run_to_end(live)
            found = live.record()
            yield {name: found[name] for name in ("dag_id", "interval", "logical_date")}
        at = own.start + datetime.timedelta(seconds=1)


def run_to_end(live: LiveRun) -> None:
    """Until Airflow calls the run ended, or has nothing more to start.

    A failure goes down a chain of tasks by one task a decision, and nothing is started meanwhile.
    """
    idle, before = 0, None
    while live.state() in ("running", "queued") and idle < 4:
        states = {key: one(live, key) for key in live.decide()}
        waiting = {key for key, state in states.items() if state == "up_for_reschedule"}
        if waiting:
            wait_for_reschedule(live, waiting, longest=1.0)
        now = [(ti.task_id, ti.map_index, name_of(ti.state)) for ti in live.instances()]
        idle = (
            0 if states or now != before or "up_for_reschedule" in {state for *_, state in now} else idle + 1
        )
        before = now


def one(live: LiveRun, key: Key) -> str:
    state = live.execute(key)
    live.emit({"event": "log", "line": f"{label(key)}: {state}"})
    return state


def step(request: Json, emit: Emit) -> Json:
    """One task, all its instances, of a run whose database outlives the request."""
    do_not_wait()  # who asks for a step decides when to try again
    task_alone = locked(f"{request['database']}.{file_name(request['task_id'])}")
    with task_alone:  # an earlier try may still be ending
        with locked(request["database"]):
            live = open_run(request, emit, create=True)
            give_up_lost(live, request["task_id"])
            try_again(live, request["task_id"], request.get("try_number", 1))
            ready = own_ready(live, request["task_id"])
        live.stream_logs = True
        tried: Set[Key] = set()
        while ready:
            states = {key: live.execute(key) for key in ready}
            waiting = {key for key, state in states.items() if state == "up_for_reschedule"}
            if waiting:
                wait_for_reschedule(live, waiting, longest=None)
            tried |= {key for key, state in states.items() if state == "up_for_retry"}
            with locked(request["database"]):
                ready = [key for key in own_ready(live, request["task_id"]) if key not in tried]
        return step_answer(live, request)


def give_up_lost(live: LiveRun, task_id: str) -> None:
    """A process that was killed has left its instance as it was; the try is lost, and the next one counts on."""
    for ti in live.instances(task_id=task_id):
        if name_of(ti.state) in ("queued", "running", "restarting", "deferred"):
            ti.state = ti.next_method = ti.next_kwargs = ti.trigger_id = None
    live.session.commit()


def own_ready(live: LiveRun, task_id: str) -> List[Key]:
    return [key for key in live.decide() if key[0] == task_id]


def step_answer(live: LiveRun, request: Json) -> Json:
    live.session.expire_all()
    xcoms = stored_xcoms(live) if request.get("out") else {}
    found = []
    for ti in live.instances(task_id=request["task_id"]):
        summary = live.summary(ti, xcoms)
        if summary["state"] == "up_for_retry":
            summary["state"] = "retry"
        if summary["state"] == "none":
            summary["why"] = unmet(live, ti)
        found.append(summary)
    return {"instances": found, "run_state": live.state()}


def unmet(live: LiveRun, ti: Any) -> str:
    """Why Airflow would not start an instance yet."""
    ti.task = (
        live.source.dag.get_task(ti.task_id)
        if version() < (3, 0)
        else live.source.scheduler_dag.get_task(ti.task_id)
    )
    reasons = [status.reason for status in ti.get_failed_dep_statuses(session=live.session)]
    return "; ".join(sorted(reasons)) or f"the run is {live.state()}"


def try_again(live: LiveRun, task_id: str, number: int) -> None:
    """A try beyond those that failed, as when a person runs a job again: clear the task and what follows."""
    failed = [ti for ti in live.instances(task_id=task_id, state="failed") if tries_of(ti) < number]
    if not failed:
        return
    followers = sorted(live.source.dag.get_task(task_id).get_flat_relative_ids(upstream=False))
    for ti in [*failed, *(ti for follower in followers for ti in live.instances(task_id=follower))]:
        ti.state = None
        ti.max_tries = tries_of(ti) + int(live.source.dag.get_task(ti.task_id).retries or 0)
    live.row().state = "running"
    live.session.commit()


def record(request: Json, emit: Emit) -> Json:
    """The record of a run that was made step by step."""
    with locked(request["database"]):
        return {"record": open_run(request, emit, create=False).record()}


def open_run(request: Json, emit: Emit, create: bool) -> LiveRun:
    """The run of that id in the request's database; made when it is not there yet."""
    source = Source(request)
    model = find("airflow.models.dagrun.DagRun")
    run_id = request["run_id"]
    exists = source.session.query(model.id).filter_by(dag_id=source.dag.dag_id, run_id=run_id).first()
    if create and not exists:
        source.store(tuple(request.get("beside") or ()))
        run_id = create_run(source, request, request.get("date"))
    return LiveRun(source, run_id, Path(request.get("out") or STATE / f"out-{os.getpid()}"), emit)


@contextlib.contextmanager
def locked(database: str) -> Iterator[None]:
    """Only one process at a time makes decisions about a run; the tasks themselves run at the same time."""
    with open(f"{database}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --------------------------------------------------------------------------------------------------- serving


def due(request: Json, emit: Emit) -> Json:
    """The runs that are due since the last one by the timetable, and when the next will be."""
    source = Source(request)
    base, parse = importlib.import_module("airflow.timetables.base"), find("pendulum.parse")
    now, table = find("pendulum.now")("UTC"), source.scheduler_dag.timetable
    limits = base.TimeRestriction(*limits_of(source.dag), catchup=bool(source.dag.catchup))
    last = base.DataInterval(*map(parse, request["last"])) if request.get("last") else None
    found: List[Json] = []
    following = None
    while len(found) < RUNS_AT_ONCE:
        info = table.next_dagrun_info(last_automated_data_interval=last, restriction=limits)
        following = info and info.run_after
        if info is None or following > now:
            break
        last = info.data_interval
        moments = [moment.in_timezone("UTC").isoformat() for moment in (last.start, last.end)]
        date = (info.logical_date or info.run_after).in_timezone("UTC").isoformat()
        found.append({"date": date, "interval": moments})
    return {"runs": found, "next": following and following.in_timezone("UTC").isoformat()}


def dates(request: Json, emit: Emit) -> Json:
    """The runs that begin from `first` to `last`, one after the other as the scheduler makes them, for `run`.

    A schedule that would run at any moment that it is asked for, or none at all, has one run: at `first`.
    """
    source = Source(request)
    parse, zone = find("pendulum.parse"), source.dag.timezone
    limit, last = parse(request["last"], tz=zone), limits_of(source.dag)[1]
    if re.match(r"^\d{4}-?\d\d-?\d\d$", request["last"]):
        limit = limit.add(days=1).subtract(microseconds=1)  # all of the day
    limit = limit if last is None else min(limit, last)
    second = datetime.timedelta(seconds=1)
    at, interval, _ = source.when(request["first"], None)
    if source.when((at + second).isoformat(), None)[0] - at == second:
        return {"dates": [{"date": request["first"]}]}
    found: List[Json] = []
    while at is not None and at <= limit:
        moments = [moment.in_timezone("UTC").isoformat() for moment in (interval.start, interval.end)]
        found.append({"date": in_zone(at, zone), "interval": moments})
        at, interval = source.after(interval)
    return {"dates": found}


def in_zone(moment: Any, zone: Any) -> str:
    """A moment in a time zone, as a date where it is midnight there."""
    local = find("pendulum.instance")(moment).in_timezone(zone)
    midnight = local.start_of("day") == local and local.hour == 0
    return str(local.to_date_string() if midnight else local.isoformat())


def limits_of(dag: Any) -> Tuple[Any, Any]:
    """The first and the last date that a run may have, as Airflow's scheduler works them out."""
    starts = [one.start_date for one in [dag, *dag.tasks] if one.start_date]
    ends = [task.end_date for task in dag.tasks if task.end_date]
    last = dag.end_date
    if ends and len(ends) == len(dag.tasks):
        last = max([*ends, *([dag.end_date] if dag.end_date else [])])
    instance = find("pendulum.instance")
    return (instance(min(starts)) if starts else None), (instance(last) if last else None)


RUNS_AT_ONCE = 100
VERBS: Dict[str, Callable[[Json, Emit], Json]] = {
    "run": run,
    "step": step,
    "record": record,
    "due": due,
    "dates": dates,
}


def child(request: Json, template: Path, pipe: int) -> None:
    """In the forked process: work on the request's own database, answer through the pipe. Never returns."""
    answers = os.fdopen(pipe, "w", encoding="utf8", buffering=1)
    lock = threading.Lock()

    def emit(message: Json) -> None:
        with lock:
            answers.write(ENCODE({"id": request.get("id"), **message}) + "\n")

    try:
        use_database(place_database(request, template))
        quiet_logs()
        os.environ.update(request.get("env") or {})
        if request.get("cwd"):
            os.chdir(request["cwd"])
        emit({"event": "done", **VERBS[request["do"]](request, emit)})
    except RequestError as error:
        emit({"event": "error", "kind": "request", "error": str(error)})
    except BaseException as error:  # whatever it was is the answer
        said = f"{type(error).__name__}: {error}"
        emit({"event": "error", "kind": "failed", "error": said, "traceback": traceback.format_exc()})
    finally:
        flush()
        answers.flush()
        LEAVE(0)  # the parent's exit handlers are not ours to run


def loading_child(request: Json, template: Path) -> None:
    """In the forked process that loads one file, which may do anything. Never returns.

    The answer is a file, written and opened when all is done: the DAG file may have closed whatever was open.
    """
    own = os.getpid()
    try:
        output = os.open(str(STATE / f"said-{own}"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(output, 2)  # the last line of it may say why the process ends
        os.close(output)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)
        leave_traces(own)
        use_copy_when_asked(template, STATE / f"request-{own}.db")
        quiet_logs()
        os.environ.update(request.get("env") or {})
        if request.get("cwd"):
            os.chdir(request["cwd"])
        sys.path += [folder for folder in import_folders(request["file"]) if folder not in sys.path]
        limit_files()
        limit_memory(request.get("memory"))
        found = load(request["file"])
        limit_memory(None)
    except BaseException as error:  # of Airflow, or of what the file has left for later
        said = traceback.format_exc() or f"{type(error).__name__}: {error}"
        found = {"dags": [], "errors": [import_error(request["file"], said)]}
    if os.getpid() == own:  # not a process that the file has forked and that came back as well
        answer = STATE / f"answer-{own}"
        with answer.with_suffix(".part").open("w", encoding="utf8") as target:
            target.write(ENCODE(found))
        answer.with_suffix(".part").rename(answer)
    LEAVE(0)


def import_folders(file: str) -> List[str]:
    """Where a deployment may have its imports start, when the folder that is loaded holds more than its DAGs: a
    `dags` folder above the file, and the plugins beside each."""
    top = Path(DAGS)
    above = [folder for folder in Path(file).parents if folder == top or top in folder.parents]
    dags = [folder for folder in above if folder.name == "dags"]
    plugins = [folder.parent / "plugins" for folder in dags] + [folder / "plugins" for folder in above]
    return [str(folder) for folder in [*dags, *plugins] if folder.is_dir()]


def leave_traces(own: int) -> None:
    """Have the stack written down when the interpreter crashes, when it is asked for, and at `os._exit`."""
    low = os.open(str(STATE / f"trace-{own}"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    trace = fcntl.fcntl(low, fcntl.F_DUPFD, 300)  # what closes or reuses descriptors begins with the low ones
    os.close(low)
    faulthandler.enable(file=trace)
    faulthandler.register(signal.SIGUSR1, file=trace)

    def leave(status: int) -> None:
        if os.getpid() == own:
            faulthandler.dump_traceback(file=trace)
        LEAVE(status)

    os._exit = leave  # type: ignore[assignment]
    handle = signal.signal

    def handle_others(number: Any, handler: Any) -> Any:
        return handler if number == signal.SIGSEGV else handle(number, handler)

    signal.signal = handle_others  # type: ignore[assignment]  # Airflow's own handler never gets to run, nor ends


FILE_SIZE = 1 << 30  # bytes


def limit_files() -> None:
    """A loop that prints must not fill the disk."""
    size, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    if size == resource.RLIM_INFINITY or size > FILE_SIZE:
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_SIZE, hard))


def limit_memory(more: Optional[int]) -> None:
    """Let this process take so many bytes more than it has; None takes the limit away again. On Linux only."""
    with contextlib.suppress(OSError, ValueError, AttributeError, IndexError):
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        if more is None:
            resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
            return
        used = re.findall(r"VmData:\s+(\d+) kB", Path("/proc/self/status").read_text())[0]
        wanted = int(used) * 1024 + more
        if hard == resource.RLIM_INFINITY or wanted < hard:
            resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))


def place_database(request: Json, template: Path) -> Path:
    """A copy for this request alone, or the one that it names and that stays."""
    if "database" not in request:
        path = STATE / f"request-{os.getpid()}.db"
        shutil.copyfile(str(template), str(path))
        return path
    path = Path(request["database"])
    with locked(str(path)):
        if not path.exists():
            building = path.with_name(f"{path.name}.{os.getpid()}")
            shutil.copyfile(str(template), str(building))
            building.rename(path)
    return path


class Server:
    """Takes requests one after the other; watches the child at work, its time limit and the client."""

    def __init__(self, requests: int, answers: TextIO, template: Path) -> None:
        self.requests, self.answers, self.template = requests, answers, template
        self.buffer = b""
        self.lines: List[Json] = []

    def say(self, message: Json) -> None:
        self.answers.write(json.dumps(message) + "\n")

    def receive(self) -> bool:
        """Read what has come in; False when the client is gone."""
        data = os.read(self.requests, 65536)
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        self.lines += [json.loads(line) for line in lines if line.strip()]
        return bool(data)

    def serve(self) -> None:
        while True:
            while not self.lines:
                if not self.receive():
                    return
            request = self.lines.pop(0)
            if request.get("do") == "load":
                Loads(self, request).run()
                continue
            if request.get("do") not in VERBS:
                self.say(
                    {"id": request.get("id"), "event": "error", "kind": "request", "error": "unknown request"}
                )
                continue
            try:
                if request["do"] in ("run", "step"):
                    prepare_for_tasks()
            except Exception as error:  # Airflow's own, whatever it is
                self.say({"id": request.get("id"), "event": "error", "kind": "failed", "error": repr(error)})
                continue
            self.answer(request)

    def answer(self, request: Json) -> None:
        importlib.import_module("airflow.settings").engine.dispose()  # no open connection may cross a fork
        receive, send = os.pipe()
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.setsid()  # so that its subprocesses can be ended with it
            with_parent()
            os.close(receive)
            os.close(self.requests)
            child(request, self.template, send)
        os.close(send)
        problem: Optional[Json] = None
        try:
            problem = self.relay(request, pid, receive)
        finally:
            end_family(pid)
            os.close(receive)
            for left in [*STATE.glob(f"request-{pid}.db*")]:
                left.unlink()
            shutil.rmtree(str(STATE / f"out-{pid}"), ignore_errors=True)
        if problem:
            self.say({"id": request.get("id"), "event": "error", **problem})

    def relay(self, request: Json, pid: int, receive: int) -> Optional[Json]:
        """Pass the child's answers on until the last one; what went wrong if that never comes."""
        deadline, rest, at = time.monotonic() + request.get("timeout", 600), b"", ""
        with selectors.DefaultSelector() as selector:
            selector.register(receive, selectors.EVENT_READ)
            selector.register(self.requests, selectors.EVENT_READ)
            while True:
                ready = {key.fd for key, _ in selector.select(timeout=max(0.0, deadline - time.monotonic()))}
                if self.requests in ready and not self.receive():
                    raise SystemExit(0)  # the client is gone
                data = os.read(receive, 65536) if receive in ready else None
                if data == b"":
                    return {"kind": "died", "error": f"the process {how_it_ended(pid)}{at}"}
                *lines, rest = (rest + (data or b"")).split(b"\n")
                for line in lines:
                    message = json.loads(line)
                    at = f", in {message['what']}" if message["event"] == "at" else at
                    if message["event"] != "at":
                        self.answers.write(line.decode("utf8") + "\n")
                    if message["event"] in ("done", "error"):
                        return None
                if time.monotonic() >= deadline:
                    return {
                        "kind": "timeout",
                        "error": f"not done within {request.get('timeout', 600):g} s{at}",
                    }


class Loads:
    """Loads files side by side, each in a process of its own, and ends what a file has left running."""

    def __init__(self, server: Server, request: Json) -> None:
        self.server, self.request = server, request
        self.waiting: List[str] = list(request["files"])
        self.running: Dict[int, Load] = {}
        self.before = set(children())
        self.selector = selectors.DefaultSelector()

    def run(self) -> None:
        adopt_orphans(True)
        self.selector.register(self.server.requests, selectors.EVENT_READ)
        try:
            while self.waiting or self.running:
                while self.waiting and len(self.running) < max(1, self.request.get("jobs") or 1):
                    self.start(self.waiting.pop(0))
                if self.running:
                    self.watch()
        finally:
            for pid in list(self.running):
                self.end(self.running[pid])
            self.selector.close()
            adopt_orphans(False)
        self.server.say({"id": self.request.get("id"), "event": "done"})

    def start(self, file: str) -> None:
        if surely_without_dag(file):
            self.server.say(
                {"id": self.request.get("id"), "event": "file", "file": file, "dags": [], "errors": []}
            )
            return
        importlib.import_module("airflow.settings").engine.dispose()  # no open connection may cross a fork
        receive, send = os.pipe()
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.setsid()
            with_parent()
            os.close(self.server.requests)
            fcntl.fcntl(send, fcntl.F_DUPFD, 300)  # open until this process ends, which is all that it is for
            os.close(send)
            loading_child({**self.request, "file": file}, self.server.template)
        os.close(send)
        self.running[pid] = Load(file, pid, receive, time.monotonic() + self.request.get("timeout", 600))
        self.selector.register(receive, selectors.EVENT_READ, pid)

    def watch(self) -> None:
        """Wait until a process has ended, or its time is over."""
        silent = any(
            not load.listening for load in self.running.values()
        )  # it has closed its end of the pipe
        first = min(load.deadline for load in self.running.values())
        # a process that a file has left behind may hold the pipe open: now and then ask who has ended
        patience = 0.005 if silent else min(0.5, max(0.0, first - time.monotonic()))
        for key, _ in self.selector.select(timeout=patience):
            if key.data is None:
                if not self.server.receive():
                    raise SystemExit(0)  # the client is gone
            elif not os.read(key.fd, 65536):
                self.selector.unregister(key.fd)
                self.running[key.data].listening = False
        for load in list(self.running.values()):
            if load.has_ended() or time.monotonic() >= load.deadline:
                self.tell(load, load.result(self.request))
                self.end(load)

    def tell(self, load: Load, found: Json) -> None:
        self.server.say({"id": self.request.get("id"), "event": "file", "file": load.file, **found})

    def end(self, load: Load) -> None:
        """The process, what it has started, and what it wrote."""
        del self.running[load.pid]
        if load.listening:
            self.selector.unregister(load.pipe)
        os.close(load.pipe)
        family = [] if load.status is not None else descendants(load.pid)
        for pid in [-load.pid, *family]:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(-pid, signal.SIGKILL) if pid < 0 else os.kill(pid, signal.SIGKILL)
        load.has_ended(wait=True)
        end_orphans(self.before | set(self.running))
        for left in STATE.glob(f"*-{load.pid}*"):
            if re.match(rf"(request|said|trace|answer)-{load.pid}\b", left.name):
                with contextlib.suppress(OSError):
                    left.unlink()


@functools.lru_cache(maxsize=None)
def safe_mode() -> bool:
    """Whether this Airflow only runs files that look like those of a DAG; by what rule is checked in the child."""
    found: bool = find("airflow.configuration.conf").getboolean(
        "core", "dag_discovery_safe_mode", fallback=True
    )
    return found


def surely_without_dag(file: str) -> bool:
    """By the rule that Airflow brings: most helper modules need no process of their own."""
    rule = find("airflow.configuration.conf").get("core", "might_contain_dag_callable", fallback="default")
    if not safe_mode() or "default" not in rule:
        return False
    try:
        data = Path(file).read_bytes()
    except OSError:
        return False
    text = data.lower()
    return not data.startswith(b"PK") and not (b"dag" in text and b"airflow" in text)


class Load:
    """A file that is being loaded."""

    def __init__(self, file: str, pid: int, pipe: int, deadline: float) -> None:
        self.file, self.pid, self.pipe, self.deadline = file, pid, pipe, deadline
        self.listening = (
            True  # until the other end of the pipe is closed, as a rule by the end of the process
        )
        self.status: Optional[int] = None

    def has_ended(self, wait: bool = False) -> bool:
        if self.status is None:
            pid, status = os.waitpid(self.pid, 0 if wait else os.WNOHANG)
            self.status = status if pid else None
        return self.status is not None

    def result(self, request: Json) -> Json:
        """What the process wrote; else how it ended, and at which line of the file it was then."""
        answer = STATE / f"answer-{self.pid}"
        if answer.exists():
            found: Json = json.loads(answer.read_text(encoding="utf8"))
            return found
        if self.status is not None:
            kind, message = "died", f"the process {in_words(self.status)}{self.last_printed()}"
        else:
            kind, message = "timeout", f"not done within {request.get('timeout', 600):g} s"
        lines = lines_of(self.file, self.trace())
        return {
            "dags": [],
            "errors": [{"file": self.file, "line": (lines or [1])[0], "message": message, "kind": kind}],
        }

    def trace(self) -> str:
        """The stack of a process that ends or that has to, the innermost call first."""
        path = STATE / f"trace-{self.pid}"
        if self.status is None:
            with contextlib.suppress(OSError):
                os.kill(self.pid, signal.SIGUSR1)
            for _ in range(100):  # a busy machine needs a while to get there
                if path.exists() and path.stat().st_size:
                    break
                time.sleep(0.02)
            time.sleep(0.05)  # it may be in the middle of writing
        return path.read_text(encoding="utf8", errors="replace") if path.exists() else ""

    def last_printed(self) -> str:
        """The last line that the file, or what crashed, has printed."""
        with contextlib.suppress(OSError), (STATE / f"said-{self.pid}").open("rb") as said:
            said.seek(max(0, os.fstat(said.fileno()).st_size - 4000))
            lines = said.read().decode("utf8", "replace").strip().splitlines()
            return f": {lines[-1][:300]}" if lines else ""
        return ""


def how_it_ended(pid: int) -> str:
    """In words, of a child that has ended or is about to."""
    return in_words(os.waitpid(pid, 0)[1])


def in_words(status: int) -> str:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        with contextlib.suppress(ValueError):
            return f"was ended by signal {number} ({signal.Signals(number).name})"
        return f"was ended by signal {number}"
    return f"ended by itself with exit status {os.WEXITSTATUS(status)}"


def prctl(option: int, value: int) -> None:
    """A wish about processes that only Linux grants; elsewhere a process that hides well stays."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def with_parent() -> None:
    """End when the process that forked this one does, however that happens."""
    prctl(1, signal.SIGKILL)


def adopt_orphans(on: bool) -> None:
    """Become the parent of processes whose own has ended, so that they can be found."""
    prctl(36, int(on))


def end_orphans(expected: Set[int]) -> None:
    """End all processes below this one, but those expected and what these have started."""
    for _ in range(20):  # their own children come up when they are gone
        orphans = set(children()) - expected
        for pid in orphans:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
        if not orphans:
            return


def children() -> List[int]:
    """The processes that this one is the parent of."""
    own = os.getpid()
    try:
        return [int(pid) for pid in Path(f"/proc/{own}/task/{own}/children").read_text().split()]
    except OSError:  # a kernel without that list, or no Linux
        return [pid for pid, parent in parents().items() if parent == own]


def end_family(pid: int) -> None:
    """End a child, and what it has started: first politely, so that operators can clean up."""
    family = descendants(pid)
    for number, patience in ((signal.SIGTERM, 2.0), (signal.SIGKILL, 2.0)):
        if reaped(pid, 0.05 if number == signal.SIGTERM else 0):
            break
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, number)
        if reaped(pid, patience):
            break
    for left in [-pid, *family]:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(left, signal.SIGKILL)


def reaped(pid: int, patience: float) -> bool:
    """Whether a child is gone, within some seconds."""
    limit = time.monotonic() + patience
    while True:
        try:
            if os.waitpid(pid, os.WNOHANG)[0]:
                return True
        except ChildProcessError:
            return True
        if time.monotonic() >= limit:
            return False
        time.sleep(0.02)


def descendants(pid: int) -> List[int]:
    """The processes below one, as far as the system shows them: some have left its process group."""
    known = parents()
    found = [pid]
    for one in found:
        found += [each for each, parent in known.items() if parent == one]
    return found[1:]


def parents() -> Dict[int, int]:
    """Each process and its parent."""
    found: Dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            found[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    return found


def main() -> None:
    global STATE, DAGS
    parser = argparse.ArgumentParser(description="The part of a migration that runs inside Airflow.")
    parser.add_argument("--state", required=True)
    parser.add_argument("--dags", required=True)
    options = parser.parse_args()
    STATE, DAGS = Path(options.state).resolve(), options.dags
    sys.argv[:] = ["airflow"]  # what a DAG file that looks finds in Airflow's own processes
    STATE.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):  # another process may sweep at the same time
        sweep()
    requests, answers = take_over_streams()
    settle_environment(options.dags)
    boot = STATE / f"boot-{os.getpid()}.db"
    try:
        template = start(boot)
    except Exception as error:  # whatever Airflow says at its start is the answer: the client shows it
        answers.write(json.dumps({"event": "failed", "error": f"{type(error).__name__}: {error}"}) + "\n")
        raise SystemExit(1) from error
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    python = ".".join(map(str, sys.version_info[:3]))
    ready = {"event": "ready", "airflow": find("airflow.__version__"), "python": python, "protocol": PROTOCOL}
    answers.write(json.dumps(ready) + "\n")
    try:
        Server(requests, answers, template).serve()
    finally:
        for left in [*STATE.glob(f"{boot.name}*")]:
            left.unlink()
        flush()
        os._exit(0)  # threads of Airflow or of a plugin could hold a normal exit back


def sweep() -> None:
    """Remove what processes have left behind that were killed."""
    for path in STATE.iterdir():
        owner = re.match(r"(?:boot|request|building|out|said|trace|answer)-(\d+)", path.name)
        if owner and not alive(int(owner.group(1))):
            shutil.rmtree(str(path), ignore_errors=True) if path.is_dir() else path.unlink()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def start(boot: Path) -> Path:
    """Import Airflow and what requests share, with a database: DAG files may ask for it while they load."""
    own_clock()  # before anything takes functions from the module `time`
    importlib.import_module("airflow")
    template = template_database()
    quiet_logs()
    warm_up()
    shutil.copyfile(str(template), str(boot))
    use_database(boot)
    quiet_logs()
    sys.dont_write_bytecode = True  # the user's folders stay as they are
    gc.collect()
    gc.freeze()  # what is here now stays: a forked process need not look through it, nor copy it
    return template


if __name__ == "__main__":
    main()
