"""A throw-away PostgreSQL cluster: made, started, filled with databases, and gone."""

import glob
import os
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from migrator.errors import ServiceError
from migrator.services.health import HOST, free_port, wait_for
from migrator.services.process import Process

VARIABLE = "MIGRATE_PGBIN"
PROGRAMS = ("postgres", "initdb", "psql")
ADMIN = "migrate"
MISSING = (
    "no PostgreSQL found (postgres, initdb, psql): install it (Debian: apt-get install postgresql; "
    f"macOS: brew install postgresql), or name the folder of its programs in {VARIABLE}"
)
# Nothing of a throw-away cluster has to survive a power cut.
QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200")


@dataclass(frozen=True)
class Server:
    """A running cluster; each name that is asked for is a database of its own with a user of its own."""

    port: int
    bin: Path
    password: str = field(repr=False)
    host: str = HOST
    admin: str = ADMIN
    database: str = "postgres"  # where the administrator connects
    users_password: str = field(default="", repr=False)  # else the administrator's

    @property
    def _secret(self) -> str:
        return self.users_password or self.password

    def url(self, name: str, driver: str = "psycopg2") -> str:
        """Where the database is, for SQLAlchemy; it and its user are created when they are not there.

        An empty driver gives the plain `postgresql://` that everything but SQLAlchemy 2.1 understands.
        """
        self.create(name)
        return self.address(name, driver)

    def address(self, name: str, driver: str = "psycopg2") -> str:
        """The same of a database that is going to be created."""
        scheme = f"postgresql+{driver}" if driver else "postgresql"
        return f"{scheme}://{name}:{self._secret}@{self.host}:{self.port}/{name}"

    def create(self, name: str) -> None:
        """The database and its user, unless they are there."""
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name):
            raise ServiceError(f"{name!r} is no name for a database: lower-case letters, digits and _")
        known = self.sql(f"select 1 from pg_roles where rolname = '{name}'")
        self.sql(f"{'alter' if known else 'create'} role {name} login password '{self._secret}'")
        if not self.sql(f"select 1 from pg_database where datname = '{name}'"):
            if self.admin != ADMIN:  # an administrator who is no superuser makes others owners of theirs only
                self.sql(f"grant {name} to current_user")
            self.sql(f"create database {name} owner {name}")

    def drop(self, name: str) -> None:
        """The database goes, whoever is connected; its user stays."""
        self.sql(f'drop database if exists "{name}" with (force)')

    def sql(self, statement: str, database: str = "") -> str:
        """Runs a statement as administrator and gives its rows, one a line, columns between `|`."""
        arguments = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement]
        place = ["-h", self.host, "-p", str(self.port), "-U", self.admin, "-d", database or self.database]
        env = {**os.environ, "PGPASSWORD": self.password, "PGCONNECT_TIMEOUT": "60"}
        done = subprocess.run(
            [str(self.bin / "psql"), *place, *arguments], env=env, capture_output=True, text=True
        )
        if done.returncode:
            raise ServiceError(f"PostgreSQL refused: {done.stderr.strip()}")
        return done.stdout.strip()

    def is_ready(self) -> bool:
        """Whether it answers a query."""
        try:
            return self.sql("select 1") == "1"
        except ServiceError:
            return False


def server_at(url: str) -> Server:
    """A cluster that runs already, by the URL of somebody who may create databases and users.

    Raises ServiceError when it cannot be reached, with its answer.
    """
    parts = urlsplit(url)
    if not parts.scheme.startswith("postgres") or not parts.hostname:
        raise ServiceError("--postgres takes postgresql://user:password@host:port/database")
    server = Server(
        parts.port or 5432,
        find_programs(("psql",)),
        unquote(parts.password or ""),
        parts.hostname,
        unquote(parts.username or "postgres"),
        parts.path.lstrip("/") or "postgres",
        secrets.token_hex(16),
    )
    server.sql("select 1")
    return server


def find_programs(programs: tuple[str, ...] = PROGRAMS) -> Path:
    """The folder of `postgres`, `initdb` and `psql`. Raises ServiceError with how to get them."""
    named = os.environ.get(VARIABLE)
    found = shutil.which(programs[-1])
    debian = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=_version, reverse=True)
    on_path = [os.path.dirname(os.path.realpath(found))] if found else []
    for folder in [named] if named else [*debian, *on_path]:
        if all(os.access(Path(folder) / program, os.X_OK) for program in programs):
            return Path(folder).resolve()
    raise ServiceError(MISSING if not named else f"{VARIABLE}={named}: no {', '.join(programs)} in it")


def _version(folder: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", folder))


@dataclass(frozen=True)
class Cluster:
    """A data folder, and how `postgres` is started on it."""

    folder: Path
    server: Server
    _as: tuple[str, ...]

    @property
    def command(self) -> list[str]:
        """`postgres` in the foreground; SIGINT is its fast shutdown (SIGTERM waits for clients to leave)."""
        settings = (
            f"listen_addresses={HOST}",
            f"port={self.server.port}",
            "unix_socket_directories=",
            *QUICK,
        )
        options = [word for setting in settings for word in ("-c", setting)]
        return [*self._as, str(self.server.bin / "postgres"), "-D", str(self.folder / "data"), *options]

    @property
    def env(self) -> Mapping[str, str]:
        """Without what would lead it to another cluster."""
        return {k: v for k, v in os.environ.items() if not k.startswith("PG")}

    def start(self, log: Path | None = None) -> Process:
        """Returns at once; see `Server.is_ready`."""
        return Process(self.command, log or self.folder / "log", env=self.env, stop="SIGINT", cwd=self.folder)


@contextmanager
def cluster(port: int | None = None) -> Iterator[Cluster]:
    """A new cluster, not started, with a folder that goes in the end."""
    programs, other = find_programs(), _other_user()
    folder = Path(tempfile.mkdtemp(prefix="migrate-pg-", dir=_open_folder() if other else None))
    try:
        made = Cluster(folder, Server(port or free_port(), programs, secrets.token_hex(16)), _switch(other))
        _init(made, other)
        yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres(port: int | None = None) -> Iterator[Server]:
    """A running cluster on loopback; it stops in the end, and also when this process is killed."""
    with cluster(port) as made:
        process = made.start()
        try:
            wait_for("PostgreSQL", process, made.server.is_ready)
            yield made.server
        finally:
            process.stop()


def _init(made: Cluster, other: str | None) -> None:
    secret = made.folder / "password"
    secret.touch(mode=0o600)
    secret.write_text(made.server.password + "\n")
    if other:
        for path in (made.folder, secret):
            shutil.chown(path, other)
    options = [
        "-U",
        ADMIN,
        "--auth=scram-sha-256",
        f"--pwfile={secret}",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]
    command = [*made._as, str(made.server.bin / "initdb"), "-D", str(made.folder / "data"), *options]
    done = subprocess.run(command, env=made.env, cwd=made.folder, capture_output=True, text=True)
    secret.unlink()
    if done.returncode:
        raise ServiceError(f"PostgreSQL's initdb failed: {done.stderr.strip() or done.stdout.strip()}")


def _other_user() -> str | None:
    """Whom `postgres` runs as: it refuses root."""
    if os.geteuid() != 0:
        return None
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    found = next((name for name in ("postgres", "nobody") if name in known), None)
    if not found or not shutil.which("setpriv"):
        raise ServiceError(
            "PostgreSQL refuses to run as root: that needs setpriv and a user postgres or nobody"
        )
    return found


def _switch(other: str | None) -> tuple[str, ...]:
    if other is None:
        return ()
    import grp
    import pwd

    group = grp.getgrgid(pwd.getpwnam(other).pw_gid).gr_name
    return ("setpriv", f"--reuid={other}", f"--regid={group}", "--init-groups", "--pdeathsig=KILL", "--")


def _open_folder() -> str:
    """A folder for temporary files that other users can enter, too: TMPDIR may be somebody's own."""
    for folder in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
        path = Path(folder).resolve()
        if all(part.is_dir() and part.stat().st_mode & 0o001 for part in (path, *path.parents)):
            return str(path)
    raise ServiceError("PostgreSQL runs as another user, who can enter no folder for temporary files")
