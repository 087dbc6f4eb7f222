"""The processes of Airflow 2.11 and of Airflow 3 on one machine, with nothing but loopback open to anybody."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from migrator.errors import UsageError
from migrator.services.health import HOST, Ready, fetch, tcp
from migrator.services.service import Service

ASK = """
import json, sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
try:
    found = version("apache-airflow")
except PackageNotFoundError:
    found = None
print(json.dumps([found, [name for name in ("psycopg2", "asyncpg") if find_spec(name)]]))
"""
USER = "admin"


@dataclass(frozen=True)
class Interpreter:
    """A Python with Airflow, and with which drivers of PostgreSQL."""

    python: str
    version: str
    drivers: tuple[str, ...] = ()

    @property
    def major(self) -> int:
        """2 or 3."""
        return int(self.version.split(".")[0])

    @property
    def short(self) -> str:
        """Such as 2.11."""
        return ".".join(self.version.split(".")[:2])

    @property
    def lacks(self) -> list[str]:
        """What it cannot use PostgreSQL without."""
        needed = ("psycopg2",) if self.major == 2 else ("psycopg2", "asyncpg")
        return [name for name in needed if name not in self.drivers]


def interpreter(python: str) -> Interpreter:
    """What is installed there. Raises UsageError for a path that is none, and for one without Airflow 2.11 or 3."""
    try:
        done = subprocess.run([python, "-c", ASK], capture_output=True, text=True)
    except OSError as error:
        raise UsageError(f"{python}: {error.strerror}") from error
    if done.returncode:
        raise UsageError(f"{python} does not run as Python: {done.stderr.strip()}")
    version, drivers = json.loads(done.stdout)
    if version is None:
        raise UsageError(f"{python} has no Airflow: give --airflow-python with the interpreter that has it")
    found = Interpreter(python, version, tuple(drivers))
    if tuple(map(int, found.short.split("."))) < (2, 11):
        raise UsageError(f"{python} has Airflow {version}; 2.11 and 3 can be started beside Dagster")
    return found


@dataclass(frozen=True)
class Airflow:
    """One installation to run: where its parts listen, and what they share."""

    interpreter: Interpreter
    home: Path
    dags: Path
    database: str
    port: int
    health_port: int
    password: str = field(repr=False)
    secret: str = field(repr=False)  # signs sessions and tokens: the same in all processes
    fernet_key: str = field(repr=False)
    extra: Mapping[str, str] = field(default_factory=dict)  # of the DAGs: connections, variables, folders
    host: str = HOST  # by which the parts reach each other
    bind: str = HOST
    after: tuple[str, ...] = ()
    database_stays: bool = False  # though all else may be new

    @property
    def url(self) -> str:
        """Of its pages and its REST API."""
        return f"http://{self.host}:{self.port}"

    @property
    def on_sqlite(self) -> bool:
        """Whether all is in one file, which Airflow 2 runs one task at a time with."""
        return self.database.startswith("sqlite")

    def env(self) -> dict[str, str]:
        """What all its processes get."""
        executor = "SequentialExecutor" if self.on_sqlite and self.interpreter.major == 2 else "LocalExecutor"
        return {
            **self.extra,
            "AIRFLOW_HOME": str(self.home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.dags),
            "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "300",  # a busy machine is no broken DAG file
            "AIRFLOW__CORE__EXECUTOR": executor,
            "AIRFLOW__CORE__FERNET_KEY": self.fernet_key,
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__PARALLELISM": "4",
            "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": self.database,
            "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "True",
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_HOST": self.bind,
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(self.health_port),
            "PYTHONUNBUFFERED": "1",
            **(self._env2() if self.interpreter.major == 2 else self._env3()),
        }

    def _env2(self) -> dict[str, str]:
        return {
            "AIRFLOW__API__AUTH_BACKENDS": "airflow.api.auth.backend.basic_auth,airflow.api.auth.backend.session",
            "AIRFLOW__CORE__DAG_FILE_PROCESSOR_TIMEOUT": "600",
            "AIRFLOW__SCHEDULER__DAG_DIR_LIST_INTERVAL": "10",
            "AIRFLOW__SCHEDULER__MIN_FILE_PROCESS_INTERVAL": "10",
            "AIRFLOW__WEBSERVER__SECRET_KEY": self.secret,
            "AIRFLOW__WEBSERVER__WEB_SERVER_HOST": self.bind,
            "AIRFLOW__WEBSERVER__WEB_SERVER_PORT": str(self.port),
            "AIRFLOW__WEBSERVER__WEB_SERVER_MASTER_TIMEOUT": "600",
            "AIRFLOW__WEBSERVER__WEB_SERVER_WORKER_TIMEOUT": "600",
            "AIRFLOW__WEBSERVER__WORKERS": "1",
        }

    def _env3(self) -> dict[str, str]:
        return {
            "AIRFLOW__API__BASE_URL": self.url,
            "AIRFLOW__API__HOST": self.bind,
            "AIRFLOW__API__PORT": str(self.port),
            "AIRFLOW__API__SECRET_KEY": self.secret,
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__API_AUTH__JWT_SECRET": self.secret,
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self.home / "passwords.json"),
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
            "AIRFLOW__DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT": "600",
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "10",
        }

    def write(self) -> None:
        """The folder that AIRFLOW_HOME names, with the password that Airflow 3 reads from a file."""
        self.home.mkdir(parents=True, exist_ok=True)
        if self.interpreter.major == 3:
            file = self.home / "passwords.json"
            file.touch(mode=0o600)
            file.write_text(json.dumps({USER: self.password}), encoding="utf-8")

    def services(self) -> list[Service]:
        """In the order of their start."""
        # Without --skip-serve-logs the scheduler and the triggerer open servers on all interfaces.
        if self.interpreter.major == 2:
            init = self._service(
                "airflow-init",
                "-c",
                INIT2,
                "3" if self.database_stays else "2",
                after=self.after,
                oneshot=True,
            )
            web = self._web("airflow-webserver", "webserver", f"{self.url}/health")
            others: tuple[str, ...] = ()
        else:
            init = self._service(
                "airflow-init", "-m", "airflow", "db", "migrate", after=self.after, oneshot=True
            )
            web = self._web("airflow-api-server", "api-server", f"{self.url}/api/v2/monitor/health")
            others = ("dag-processor",)
        scheduler = self._service(
            "airflow-scheduler",
            *("-m", "airflow", "scheduler", "--skip-serve-logs"),
            ready=tcp(self.health_port),
            health=f"http://{self.host}:{self.health_port}/health",
            ports=(self.health_port,),
        )
        rest = [self._service(f"airflow-{name}", "-m", "airflow", name) for name in others]
        triggerer = self._service("airflow-triggerer", "-m", "airflow", "triggerer", "--skip-serve-logs")
        return [init, scheduler, *rest, triggerer, web]

    def _service(
        self,
        name: str,
        *arguments: str,
        after: tuple[str, ...] = ("airflow-init",),
        oneshot: bool = False,
        ready: Ready = lambda: True,
        health: str = "",
        ports: tuple[int, ...] = (),
        link: str = "",
    ) -> Service:
        env = {**self.env(), **({PASSWORD: self.password} if oneshot else {})}
        return Service(
            name,
            (self.interpreter.python, *arguments),
            {**env, "PATH": _path(self.interpreter.python)},
            after,
            ready,
            oneshot,
            ports,
            cwd=self.home,
            health=health,
            link=link,
        )

    def _web(self, name: str, command: str, health: str) -> Service:
        """Ready when it says that all parts are, which takes the scheduler a moment."""
        return self._service(
            name,
            *("-m", "airflow", command),
            ready=lambda: all_healthy(health),
            health=health,
            ports=(self.port,),
            link=f"{self.url}  user {USER}, password {self.password}",
        )


PASSWORD = "MIGRATE_AIRFLOW_PASSWORD"
# A process for each command, as two in one disturb each other; the password stays out of the process list.
# On a server that stays the user may be there from an earlier start, with another password.
INIT2 = f"""
import os, sys
password = os.environ["{PASSWORD}"]
user = ("-u", "{USER}", "-p", password)
named = ("-f", "Migrate", "-l", "Up", "-r", "Admin", "-e", "admin@example.invalid")
steps = [("db", "migrate"), ("users", "create", *user, *named), ("users", "reset-password", *user)]
for words in steps[:int(sys.argv[1])]:
    pid = os.fork()
    if not pid:
        from airflow.__main__ import main
        sys.argv = ["airflow", *words]
        main()
        sys.exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status:
        sys.exit(status)
"""


def all_healthy(url: str) -> bool:
    """Whether each part that reports at all is healthy: the page itself answers 200 when they are dead."""
    try:
        parts = json.loads(fetch(url))
    except (OSError, ValueError):
        return False
    states = [part.get("status") for part in parts.values() if part]
    return bool(states) and all(state in ("healthy", None) for state in states)


def _path(python: str) -> str:
    """Airflow starts `airflow` and `gunicorn` by name."""
    return os.pathsep.join([os.path.dirname(os.path.abspath(python)), os.environ.get("PATH", os.defpath)])
