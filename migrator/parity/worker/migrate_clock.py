"""A clock that stands still for the code of tasks, and goes on for all that is around it. Nothing is installed for it.

    PYTHON migrate_clock.py            # does that work in this interpreter? Exit status 1 with a reason if not.

`install` puts functions of ours in the place of those that read the clock: `now`, `utcnow` and `today` of
`datetime`, and those of the module `time`. Between `stop_at` and `go_on` they look at who asks. Code of tasks, and
the libraries that it calls, gets the one moment. Airflow, Dagster, what speaks to services and what waits (`RUNNING`)
get the real time: events, time limits and signed requests stay right. Modules that only hand the time on (`THROUGH`)
are asked for by whoever called them. `time.monotonic` and `time.perf_counter` are as they were; `time.sleep` of a task
sleeps, and moves its clock on by as much.

Values are plain `datetime` objects. Needs the standard library of Python 3.7 or later, and CPython.
"""

# ruff: noqa: UP006, UP033, UP035, UP045
# (They would have it use what Python 3.7 lacks.)

from __future__ import annotations

import ctypes
import datetime
import functools
import gc
import json
import os
import sys
import time
from typing import Any, Callable, Dict, List, Optional, Set

TASKS, RUNNING, THROUGH = "tasks", "running", "through"
SECOND = 1_000_000_000
OWN = {
    "airflow_probe.py",
    "airflow_server.py",
}  # in them tasks of Airflow run; their clock stands still as well
START = "2024-02-03T04:05:06.000007+00:00"  # for the check

# By the names of modules; the longest that fits counts, and what none fits is the code of tasks.
KINDS: Dict[str, str] = {
    **dict.fromkeys(
        (
            *("airflow", "dagster", "dagster_airflow", "dagster_aws", "dagster_azure", "dagster_celery"),
            *("dagster_databricks", "dagster_dbt", "dagster_deltalake", "dagster_docker", "dagster_duckdb"),
            *("dagster_duckdb_pandas", "dagster_duckdb_polars", "dagster_duckdb_pyspark", "dagster_gcp"),
            *("dagster_graphql", "dagster_k8s", "dagster_mysql", "dagster_pandas", "dagster_pipes"),
            *("dagster_polars", "dagster_postgres", "dagster_pyspark", "dagster_shared", "dagster_slack"),
            *("dagster_snowflake", "dagster_spark", "dagster_ssh", "dagster_webserver", "structlog"),
            # what signs requests, keeps sessions, or waits until a time
            *(
                "aiobotocore",
                "aiohttp",
                "azure",
                "boto3",
                "botocore",
                "confluent_kafka",
                "databricks",
                "distributed",
            ),
            *(
                "docker",
                "filelock",
                "fsspec",
                "google",
                "grpc",
                "hdfs",
                "http",
                "httpcore",
                "httpx",
                "jwt",
                "kafka",
            ),
            *(
                "kombu",
                "kubernetes",
                "logging",
                "moto",
                "msal",
                "multiprocessing",
                "oauthlib",
                "opentelemetry",
            ),
            *("paramiko", "psycopg", "psycopg2", "py4j", "pyhive", "pymongo", "pymysql", "pyspark", "redis"),
            *(
                "requests",
                "requests_oauthlib",
                "s3transfer",
                "snowflake",
                "sqlalchemy.pool",
                "ssl",
                "subprocess",
            ),
            *(
                "asyncio",
                "concurrent",
                "threading",
                "tenacity",
                "trino",
                "urllib3",
                "__main__",
                "__mp_main__",
            ),
        ),
        RUNNING,
    ),
    **dict.fromkeys(
        (
            *(
                "airflow.utils.timezone",
                "airflow.utils.dates",
                "airflow.sdk.timezone",
                "airflow._shared.timezones",
            ),
            *(
                "airflow.sdk._shared.timezones",
                "airflow.macros",
                "arrow",
                "datetime",
                "dateutil",
                "pandas",
                "pendulum",
            ),
            *("sqlalchemy", "whenever"),
            __name__,
        ),
        THROUGH,
    ),
    # They call what a task was given, which may be `datetime.now` itself.
    **dict.fromkeys(
        (
            *("airflow.operators.python", "airflow.providers.standard.operators.python"),
            *("airflow.utils.operator_helpers", "airflow.sdk.execution_time.callback_runner"),
        ),
        TASKS,
    ),
}
# What a task waits for comes with time: below a call of these nothing stands still.
WAITING: Set[str] = {
    "airflow.sensors",
    "airflow.sdk.bases.sensor",
    "airflow.triggers",
}

_at: Optional[int] = None  # nanoseconds since 1970
_label = ""
_notes: Optional[str] = None
_installed = False
_now = datetime.datetime.__dict__["now"]
_today = datetime.date.__dict__["today"]
_real: Dict[str, Callable[..., Any]] = {
    name: getattr(time, name)
    for name in ("time", "time_ns", "gmtime", "localtime", "strftime", "ctime", "asctime", "sleep")
}


def stop_at(moment: str, label: str = "") -> None:
    """From here on the code of tasks reads this moment, which has a time zone. `label`: the task, for the notes."""
    global _at, _label, _notes
    aware = datetime.datetime.fromisoformat(moment.replace("Z", "+00:00"))
    since = aware - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    _at = (since.days * 86_400 + since.seconds) * SECOND + since.microseconds * 1000
    _label, _notes = label, os.environ.get("MIGRATE_CLOCK_NOTES")


def stop_for_run(label: str, due: Optional[str], date: Optional[str]) -> None:
    """At the moment that was asked for; else when the run is due, the end of its interval; else at its date."""
    asked = os.environ.get("MIGRATE_FREEZE_TIME")
    moment = asked or due or date
    if moment:
        stop_at(moment, label)


def go_on() -> None:
    """Everybody reads the real time again."""
    global _at
    _at = None


def keep_running(*modules: str, waiting: bool = False) -> None:
    """More modules that read the real time; with `waiting`, whatever they call does as well."""
    KINDS.update(dict.fromkeys(modules, RUNNING))
    WAITING.update(modules if waiting else ())
    _kind.cache_clear()
    _waits.cache_clear()


def note(what: str) -> None:
    """Leave word of what did not stand still, for the report."""
    if _notes:
        with open(_notes, "a", encoding="utf8") as lines:
            lines.write(json.dumps({"task": _label, "what": what}) + "\n")


# ---------------------------------------------------------------------------------------------------- who asks


@functools.lru_cache(maxsize=None)
def _kind(module: str) -> str:
    parts = module.split(".")
    names = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return next((KINDS[name] for name in names if name in KINDS), TASKS)


@functools.lru_cache(maxsize=None)
def _waits(module: str) -> bool:
    parts = module.split(".")
    if parts[:2] == ["airflow", "providers"] and {"sensors", "triggers"} & set(parts):
        return True
    return any(".".join(parts[:length]) in WAITING for length in range(len(parts), 0, -1))


def _module(frame: Any) -> str:
    return str(frame.f_globals.get("__name__") or "")


def _moment() -> Optional[int]:
    """What the code that asked is to read; None for the real time."""
    if _at is None:
        return None
    frame: Any = sys._getframe(2)
    while frame is not None and _kind(_module(frame)) == THROUGH:
        frame = frame.f_back
    if frame is not None and _kind(_module(frame)) == RUNNING:
        return None
    while frame is not None:
        if _waits(_module(frame)):
            return None
        frame = frame.f_back
    return _at


# ----------------------------------------------------------------------------------------- in place of the clock


def _frozen_now(cls: Any, tz: Any = None) -> Any:
    at = _moment()
    return _now.__get__(None, cls)(tz) if at is None else cls.fromtimestamp(at / SECOND, tz)


def _frozen_utcnow(cls: Any) -> Any:
    at = _moment()
    if at is None:
        return _now.__get__(None, cls)(datetime.timezone.utc).replace(tzinfo=None)
    return cls.fromtimestamp(at / SECOND, datetime.timezone.utc).replace(tzinfo=None)


def _frozen_today(cls: Any) -> Any:
    at = _moment()
    return cls.fromtimestamp(_real["time"]() if at is None else at / SECOND)


def _frozen_time() -> float:
    at = _moment()
    return _real["time"]() if at is None else at / SECOND


def _frozen_time_ns() -> int:
    at = _moment()
    return _real["time_ns"]() if at is None else at


def _of_seconds(name: str) -> Callable[..., Any]:
    """`gmtime`, `localtime`, `ctime`: without seconds, of now."""

    def frozen(seconds: Any = None) -> Any:
        at = _moment()
        return _real[name](seconds if seconds is not None or at is None else at / SECOND)

    return frozen


def _frozen_strftime(format: str, t: Any = None) -> str:
    at = _moment()
    moment = _real["localtime"](None if at is None else at / SECOND) if t is None else t
    return str(_real["strftime"](format, moment))


def _frozen_asctime(t: Any = None) -> str:
    at = _moment()
    moment = _real["localtime"](None if at is None else at / SECOND) if t is None else t
    return str(_real["asctime"](moment))


def _sleep(seconds: Any) -> None:
    global _at
    moves = _moment() is not None
    _real["sleep"](seconds)
    if moves and _at is not None:
        _at += int(seconds * SECOND)


def _clock_gettime(name: str, unit: int) -> Callable[[int], Any]:
    real = getattr(time, name)

    def frozen(clock: int) -> Any:
        at = _moment() if clock == time.CLOCK_REALTIME else None
        return real(clock) if at is None else (at if unit == 1 else at / unit)

    return frozen


# --------------------------------------------------------------------------------------------------- in and out


def install() -> None:
    """Once in a process, before the code of tasks is imported: it may have `from time import time`."""
    global _installed
    if _installed:
        return
    _installed = True
    _replace(datetime.datetime, "now", _frozen_now)
    _replace(datetime.datetime, "utcnow", _frozen_utcnow)
    _replace(datetime.date, "today", _frozen_today)
    ours: Dict[str, Callable[..., Any]] = {
        "time": _frozen_time,
        "time_ns": _frozen_time_ns,
        "strftime": _frozen_strftime,
        "asctime": _frozen_asctime,
        "sleep": _sleep,
        **{name: _of_seconds(name) for name in ("gmtime", "localtime", "ctime")},
    }
    for name, unit in (("clock_gettime", SECOND), ("clock_gettime_ns", 1)):
        if hasattr(time, name):
            ours[name] = _clock_gettime(name, unit)
    for name, function in ours.items():
        setattr(time, name, function)
    if hasattr(sys, "addaudithook"):
        sys.addaudithook(_on_event)


def _replace(cls: Any, name: str, function: Callable[..., Any]) -> None:
    """A class method of a built-in class, which cannot be assigned to: its dictionary can."""
    gc.get_referents(cls.__dict__)[0][name] = classmethod(function)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(cls))


def _on_event(event: str, arguments: Any) -> None:
    """Programs that tasks start have a clock of their own, which runs."""
    if _at is None or event not in ("subprocess.Popen", "os.posix_spawn", "os.system"):
        return
    words = os.fsdecode(arguments[0]) if event == "os.system" else arguments[1]
    if isinstance(words, str):
        words = words.split()  # of a list each word is whole: paths have spaces
    names = [os.path.basename(os.fsdecode(word)) for word in words[:9]]
    if not OWN & set(names):
        note(names[0] if names else "a program")


def problems() -> List[str]:
    """What does not stand still here although it should; after `install`."""
    before = time.monotonic()
    checking = globals()["__name__"]
    KINDS[checking] = TASKS
    _kind.cache_clear()
    stop_at(START)
    try:
        wanted = datetime.datetime.fromisoformat(START)
        read = {
            "datetime.now": datetime.datetime.now(datetime.timezone.utc) == wanted,
            "datetime.utcnow": datetime.datetime.utcnow() == wanted.replace(tzinfo=None),
            "date.today": datetime.date.today() == datetime.date.fromtimestamp(wanted.timestamp()),
            "time.time": abs(time.time() - wanted.timestamp()) < 1e-6,
            "time.monotonic": time.monotonic() - before < 3600,
        }
    finally:
        go_on()
    read["the real time"] = datetime.datetime.now(datetime.timezone.utc) > wanted
    return [name for name, right in read.items() if not right]


if __name__ == "__main__":
    install()
    failing = problems()
    if failing:
        sys.exit(f"the clock of this Python cannot be stopped: {', '.join(failing)}")
