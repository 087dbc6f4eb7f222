"""The legacy Airflow and Dagster side by side: settings to services."""

import base64
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from migrator import manifest as manifests
from migrator.errors import ServiceError, UsageError
from migrator.parity.places import known_address
from migrator.parity.sandbox import FIXED, Sandbox, sandbox
from migrator.plan import Plan, SandboxPlan
from migrator.services import cluster as databases
from migrator.services import fill, store
from migrator.services.airflow import Airflow, Interpreter
from migrator.services.dagster import Dagster, Location, limits_of
from migrator.services.health import free_port, http
from migrator.services.service import Service
from migrator.services.store import ObjectStore

SIDES = ("airflow", "dagster")
DATA = "migrate_data"  # the database for what DAGs work on
OWN_CODE = {"PYTHONPATH": str(Path(__file__).parent.parent.parent)}
HAS = """
import json, sys
from importlib.util import find_spec
print(json.dumps([bool(find_spec(name)) for name in sys.argv[1:]]))
"""


@dataclass(frozen=True)
class Settings:
    """What `migrate up` was asked for. A port of 0 is any that is free."""

    airflow: Interpreter
    dagster_python: str
    dags: Path
    projects: tuple[Path, ...]
    work: Path
    plan: Plan
    plan_folder: Path
    postgres: str = ""
    sqlite: bool = False
    s3: bool = False
    airflow_port: int = 0
    dagster_port: int = 0


@dataclass(frozen=True)
class Stack:
    """All that will run."""

    services: tuple[Service, ...]
    airflow: Airflow
    dagster: Dagster
    storage: str  # for people
    left_out: str | None = None  # likewise


@dataclass(frozen=True)
class Storage:
    """Where both keep their own data."""

    told: str
    airflow: str = field(repr=False)
    dagster: str = field(default="", repr=False)
    service: Service | None = None
    data: str | None = field(default=None, repr=False)  # a database for what DAGs work on


def check_settings(settings: Settings) -> None:
    """Raises UsageError for what cannot run, before anything is started."""
    if not settings.dags.is_dir():
        raise UsageError(f"{settings.dags}: no such folder; --dags names the folder of the DAG files")
    if not settings.projects:
        raise UsageError("no project: give --project with what `migrate convert` or `migrate import` wrote")
    for project in settings.projects:
        manifests.of(project)
    names = [project.name for project in settings.projects]
    if len(set(names)) < len(names):
        raise UsageError(f"two projects are called alike: {', '.join(names)}")
    needed = ["dagster", "dagster_webserver"]
    if missing := _missing(settings.dagster_python, needed):
        raise UsageError(
            f"{settings.dagster_python} lacks {', '.join(missing)}: pip install 'migrator[dagster]'"
        )


def _missing(python: str, names: list[str]) -> list[str]:
    try:
        done = subprocess.run([python, "-c", HAS, *names], capture_output=True, text=True)
    except OSError as error:
        raise UsageError(f"{python}: {error.strerror}") from error
    if done.returncode:
        raise UsageError(f"{python} does not run as Python: {done.stderr.strip()}")
    return [name for name, there in zip(names, json.loads(done.stdout), strict=True) if not there]


@contextmanager
def stack(settings: Settings) -> Iterator[Stack]:
    """The services, not started. What they need of the disk is there, and a throw-away cluster goes in the end."""
    with ExitStack() as leaving:
        storage = _storage(settings, leaving)
        first = [storage.service] if storage.service else []
        after = tuple(service.name for service in first)
        s3 = _object_store(settings) if settings.s3 else None
        shared = s3[0].env if s3 else {}
        plan = _served(settings.plan.sandbox, storage, s3[0] if s3 else None)
        data = {side: sandbox(settings.work / side, plan, settings.plan_folder) for side in SIDES}
        before = (*after, *(["s3"] if s3 else []))
        fills = [
            made for side, known in data.items() for made in _fill(settings, side, known, shared, before)
        ]
        after = (*after, *(fill.name for fill in fills))
        airflow = _airflow(settings, storage, {**_environment(data["airflow"]), **shared}, after)
        dagster = _dagster(settings, storage, {**_environment(data["dagster"]), **shared}, after)
        airflow.write()
        dagster.write()
        stores = [s3[1]] if s3 else []
        services = (*first, *stores, *fills, *airflow.services(), *dagster.services())
        yield Stack(services, airflow, dagster, storage.told, data["airflow"].places.told)


def _storage(settings: Settings, leaving: ExitStack) -> Storage:
    """In a PostgreSQL where that is possible; why not, where it is not."""
    file = (settings.work / "airflow" / "airflow.db").resolve()
    sqlite = f"sqlite:///{file}"
    lacking = [f"{settings.airflow.python} lacks {name}" for name in settings.airflow.lacks]
    if _missing(settings.dagster_python, ["dagster_postgres"]):
        lacking.append(f"{settings.dagster_python} lacks dagster-postgres")
    if settings.postgres:
        if lacking:
            raise UsageError(f"--postgres: {'; '.join(lacking)}")
        return _in(databases.server_at(settings.postgres), settings)
    if settings.sqlite:
        return Storage("SQLite files, as asked for", sqlite)
    if lacking:
        return Storage(f"SQLite files: {'; '.join(lacking)}", sqlite)
    try:
        made = leaving.enter_context(databases.cluster())
    except ServiceError as error:
        return Storage(f"SQLite files: {error}", sqlite)
    return _in(made.server, settings, made)


def _names(settings: Settings) -> tuple[str, str]:
    """Of databases and users. Another Airflow must not find, and upgrade, the tables of this one."""
    return f"migrate_airflow_{settings.airflow.short.replace('.', '_')}", "migrate_dagster"


def _in(server: databases.Server, settings: Settings, own: databases.Cluster | None = None) -> Storage:
    names = _names(settings)
    told = f"PostgreSQL at {server.host}:{server.port}, databases {' and '.join(names)}"
    wanted = (*names, DATA) if settings.plan.sandbox.database else names
    data = server.address(DATA, driver="") if settings.plan.sandbox.database else None
    if own is None:
        for name in wanted:
            server.create(name)
        return Storage(told, server.address(names[0]), server.address(names[1]), data=data)

    def ready() -> bool:
        """Up, with its databases in it: whoever starts after it finds them."""
        if not server.is_ready():
            return False
        for name in wanted:
            server.create(name)
        return True

    service = Service(
        "postgres",
        tuple(own.command),
        ready=ready,
        ports=(server.port,),
        stop="SIGINT",
        cwd=own.folder,
        health=f"{server.host}:{server.port}",
    )
    return Storage(f"a throw-away {told}", server.address(names[0]), server.address(names[1]), service, data)


def _object_store(settings: Settings) -> tuple[ObjectStore, Service]:
    at = ObjectStore(free_port())
    health = f"{at.endpoint_url}/moto-api/"
    return at, Service(
        "s3",
        tuple(store.command(at.port)),
        ready=http(health),
        ports=(at.port,),
        cwd=settings.work,
        link=at.endpoint_url,
        health=health,
    )


def _served(plan: SandboxPlan, storage: Storage, s3: ObjectStore | None) -> SandboxPlan:
    """With our own servers, where the plan asks for some and names none that there are."""
    own = {}
    if plan.database and storage.data and not known_address(plan.database):
        own["database"] = storage.data
    if plan.store and s3 and not known_address(plan.store):
        own["store"] = s3.endpoint_url
    return plan.model_copy(update=own)


def _fill(
    settings: Settings, side: str, known: Sandbox, shared: Mapping[str, str], after: tuple[str, ...]
) -> list[Service]:
    """What makes the places of a side on servers anew, if the plan has any."""
    if not (known.places.schema or known.places.bucket):
        return []
    told = settings.work / f"{side}.places.json"
    told.touch(mode=0o600)
    told.write_text(fill.order(known), encoding="utf-8")
    command = (sys.executable, "-m", fill.__name__, str(told))
    return [
        Service(
            f"{side}-places", command, env={**shared, **OWN_CODE}, after=after, oneshot=True, cwd=Path.cwd()
        )
    ]


def _environment(known: Sandbox) -> Mapping[str, str]:
    """What the plan says that DAGs need, in a folder of this side, with the fixtures."""
    if not known.folder.exists():
        if known.fixtures:
            shutil.copytree(known.fixtures, known.folder)
        else:
            known.folder.mkdir(parents=True)
    return {name: text for name, text in known.environment().items() if name not in FIXED}


def _airflow(
    settings: Settings, storage: Storage, shared: Mapping[str, str], after: tuple[str, ...]
) -> Airflow:
    home = (settings.work / "airflow").resolve()
    return Airflow(
        settings.airflow,
        home,
        settings.dags.resolve(),
        storage.airflow,
        settings.airflow_port or free_port(),
        free_port(),
        _kept(home / "password", lambda: secrets.token_urlsafe(9)),
        _kept(home / "secret", lambda: secrets.token_hex(32)),
        _kept(home / "fernet", lambda: base64.urlsafe_b64encode(os.urandom(32)).decode()),
        shared,
        after=after,
        database_stays=bool(settings.postgres),
    )


def _kept(file: Path, make: Callable[[], str]) -> str:
    """A secret of this work folder: what it encrypted can be read at the next start."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(make(), encoding="utf-8")
    return file.read_text(encoding="utf-8").strip()


def _dagster(
    settings: Settings, storage: Storage, shared: Mapping[str, str], after: tuple[str, ...]
) -> Dagster:
    home = (settings.work / "dagster").resolve()
    # Jobs that run the original tasks start this interpreter; its home is not that of the Airflow beside.
    bridge = {
        "AIRFLOW_PYTHON": settings.airflow.python,
        "AIRFLOW_DAGS_FOLDER": str(settings.dags.resolve()),
        "AIRFLOW_HOME": str(home / "airflow_home"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }
    return Dagster(
        home,
        tuple(Location(project.resolve(), free_port()) for project in settings.projects),
        settings.dagster_port or free_port(),
        storage.dagster,
        {**shared, **bridge},
        python=settings.dagster_python,
        after=after,
        limits=tuple(limit for project in settings.projects for limit in limits_of(project)),
    )
