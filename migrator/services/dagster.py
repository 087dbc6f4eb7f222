"""The processes of Dagster: a code server for each project, the webserver and the daemon."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from migrator.errors import UsageError
from migrator.services.health import HOST, Ready, fetch, http, tcp
from migrator.services.service import Service

PASSWORD = "MIGRATE_DAGSTER_PG_PASSWORD"
DAEMONS = "{instance{daemonHealth{allDaemonStatuses{daemonType required healthy}}}}"


@dataclass(frozen=True)
class Location:
    """A project that this tool wrote, served on a port."""

    project: Path
    port: int
    host: str = HOST  # by which the webserver and the daemon reach it
    bind: str = HOST

    @property
    def name(self) -> str:
        """As it is shown in Dagster."""
        return self.project.name

    def command(self, python: str) -> tuple[str, ...]:
        """Starts its server."""
        module = ("-m", f"{self.project.name}.definitions", "-d", str(self.project.parent))
        place = ("-h", self.bind, "-p", str(self.port))
        return (python, "-m", "dagster", "code-server", "start", *place, *module)


@dataclass(frozen=True)
class Dagster:
    """One instance to run. `database` is a URL of PostgreSQL; empty, SQLite files in `home`."""

    home: Path
    locations: tuple[Location, ...]
    port: int
    database: str = field(default="", repr=False)
    extra: Mapping[str, str] = field(default_factory=dict)
    host: str = HOST
    bind: str = HOST
    python: str = sys.executable
    after: tuple[str, ...] = ()
    limits: tuple[Any, ...] = ()  # how many runs of a job go on at once, as the projects say

    @property
    def url(self) -> str:
        """Of its pages; GraphQL is below it."""
        return f"http://{self.host}:{self.port}"

    def env(self) -> dict[str, str]:
        """What all its processes get; the password is in no file."""
        password = unquote(urlsplit(self.database).password or "")
        secret = {PASSWORD: password} if self.database else {}
        return {**self.extra, **secret, "DAGSTER_HOME": str(self.home), "PYTHONUNBUFFERED": "1"}

    def instance(self) -> dict[str, Any]:
        """dagster.yaml: what the projects need of it, and where it keeps things."""
        made: dict[str, Any] = {"telemetry": {"enabled": False}, "nux": {"enabled": False}}
        if self.limits:
            unique = {json.dumps(limit, sort_keys=True): limit for limit in self.limits}
            made["concurrency"] = {"runs": {"tag_concurrency_limits": list(unique.values())}}
        if self.database:
            made["storage"] = {"postgres": {"postgres_db": _storage(self.database)}}
        return made

    def workspace(self) -> dict[str, Any]:
        """workspace.yaml: all code servers."""
        servers = [{"host": at.host, "port": at.port, "location_name": at.name} for at in self.locations]
        return {"load_from": [{"grpc_server": server} for server in servers]}

    def write(self) -> None:
        """The folder that DAGSTER_HOME names."""
        import yaml

        self.home.mkdir(parents=True, exist_ok=True)
        for name, body in (("dagster.yaml", self.instance()), ("workspace.yaml", self.workspace())):
            (self.home / name).write_text(yaml.safe_dump(body, sort_keys=False), encoding="utf-8")

    def services(self) -> list[Service]:
        """In the order of their start."""
        workspace = ("-w", str(self.home / "workspace.yaml"))
        init = self._service(
            "dagster-init", "-m", "dagster", "instance", "migrate", after=self.after, oneshot=True
        )
        code = [
            self._service(
                f"dagster-code-{at.name}",
                *at.command(self.python)[1:],
                ready=tcp(at.port),
                health=f"{at.host}:{at.port}",
                ports=(at.port,),
            )
            for at in self.locations
        ]
        behind = tuple(service.name for service in code)
        web = self._service(
            "dagster-webserver",
            *("-m", "dagster_webserver", "-h", self.bind, "-p", str(self.port), *workspace),
            after=behind,
            ready=http(f"{self.url}/server_info"),
            health=f"{self.url}/server_info",
            ports=(self.port,),
            link=self.url,
        )
        daemon = self._service(
            "dagster-daemon",
            *("-m", "dagster._daemon", "run", *workspace),
            after=("dagster-webserver",),
            ready=self.daemon_is_healthy,
        )
        return [init, *code, web, daemon]

    def _service(
        self,
        name: str,
        *arguments: str,
        after: tuple[str, ...] = ("dagster-init",),
        oneshot: bool = False,
        ready: Ready = lambda: True,
        health: str = "",
        ports: tuple[int, ...] = (),
        link: str = "",
    ) -> Service:
        command = (self.python, *arguments)
        return Service(
            name, command, self.env(), after, ready, oneshot, ports, cwd=self.home, health=health, link=link
        )

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """A GraphQL answer. Raises OSError, ValueError."""
        answer = json.loads(fetch(f"{self.url}/graphql", {"query": query, "variables": variables}, 120))
        if answer.get("errors"):
            raise ValueError(answer["errors"][0]["message"])
        data: dict[str, Any] = answer["data"]
        return data

    def daemon_is_healthy(self) -> bool:
        """As the webserver sees its heartbeats."""
        try:
            found = self.ask(DAEMONS)["instance"]["daemonHealth"]["allDaemonStatuses"]
        except (OSError, ValueError):
            return False
        return bool(found) and all(each["healthy"] for each in found if each["required"])


def limits_of(project: Path) -> list[Any]:
    """Those of the dagster.yaml that the project brings."""
    import yaml

    file = project / "dagster.yaml"
    if not file.exists():
        return []
    try:
        own = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        return list(own.get("concurrency", {}).get("runs", {}).get("tag_concurrency_limits", []))
    except (yaml.YAMLError, AttributeError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from error


def _storage(url: str) -> dict[str, Any]:
    """With the scheme said: SQLAlchemy 2.1 takes a bare `postgresql` for another driver."""
    parts = urlsplit(url)
    return {
        "scheme": "postgresql+psycopg2",
        "username": unquote(parts.username or ""),
        "password": {"env": PASSWORD},
        "hostname": parts.hostname,
        "port": parts.port or 5432,
        "db_name": parts.path.lstrip("/"),
    }
