"""Variables and connections, from the environment: where Airflow itself looks for them first.

One environment serves both systems while both run: `AIRFLOW_VAR_BUCKET`, and `AIRFLOW_CONN_WAREHOUSE` as a URI or
as JSON. Nothing is read before it is asked for, and nothing is kept.
"""

import json
import os
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import dagster as dg


@dataclass(frozen=True)
class Connection:
    """How to reach a service. The secrets in it are not shown where it is printed."""

    conn_id: str
    conn_type: str | None = None
    host: str | None = None
    login: str | None = None
    password: str | None = field(default=None, repr=False)
    schema: str | None = None
    port: int | None = None
    extra: str | None = field(default=None, repr=False)

    @property
    def extra_dejson(self) -> dict[str, Any]:
        """`extra` as a dict; an empty one if there is none."""
        return dict(json.loads(self.extra)) if self.extra else {}


def connection(conn_id: str) -> Connection:
    """The connection of that name. Raises dagster.Failure if the environment has none."""
    name = f"AIRFLOW_CONN_{conn_id.upper()}"
    if name not in os.environ:
        raise dg.Failure(f"set {name} in the environment", allow_retries=False)
    return connection_from(conn_id, os.environ[name])


def connection_from(conn_id: str, text: str) -> Connection:
    """What the text of a connection says: a URI or JSON."""
    text = text.strip()
    return _from_json(conn_id, text) if text.startswith("{") else _from_uri(conn_id, text)


def _from_json(conn_id: str, text: str) -> Connection:
    given = json.loads(text)
    extra = given.get("extra")
    return Connection(
        conn_id,
        given.get("conn_type"),
        given.get("host"),
        given.get("login"),
        given.get("password"),
        given.get("schema"),
        int(given["port"]) if given.get("port") else None,
        extra if extra is None or isinstance(extra, str) else json.dumps(extra),
    )


def _from_uri(conn_id: str, text: str) -> Connection:
    found = urlsplit(text)
    place = found.netloc.rpartition("@")[2]
    host = unquote(place.partition(":")[0]) or None
    if "://" in text.partition("://")[2]:  # `http://https://host`: a host with a scheme of its own
        host = text.partition("://")[2].partition("?")[0].rstrip("/")
    query = dict(parse_qsl(found.query, keep_blank_values=True))
    extra = query.pop("__extra__", None) or (json.dumps(query) if query else None)
    return Connection(
        conn_id,
        _kind(found.scheme),
        host,
        unquote(found.username) if found.username else found.username,
        unquote(found.password) if found.password else found.password,
        unquote(found.path.removeprefix("/")) if found.path else "",
        found.port,
        extra,
    )


def _kind(scheme: str) -> str:
    return "postgres" if scheme == "postgresql" else scheme.replace("-", "_")


class _Variables:
    """`var.value.bucket`, `var.json.limits`, and `get` with a default, as templates write them."""

    def __init__(self, parsed: bool) -> None:
        self._parsed = parsed

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._read(os.environ[f"AIRFLOW_VAR_{name.upper()}"])

    def get(self, name: str, default: Any = None) -> Any:
        """The Variable; without one, the default."""
        found = os.environ.get(f"AIRFLOW_VAR_{name.upper()}")
        return default if found is None else self._read(found)

    def _read(self, text: str) -> Any:
        return json.loads(text) if self._parsed else text


class _Connections:
    """`conn.warehouse.host`, as templates write it."""

    def __getattr__(self, name: str) -> Connection:
        if name.startswith("__"):
            raise AttributeError(name)
        return connection(name)

    def get(self, name: str, default: Any = None) -> Any:
        """The connection; without one, the default."""
        return connection(name) if f"AIRFLOW_CONN_{name.upper()}" in os.environ else default


class var:
    """Variables in a template."""

    value = _Variables(parsed=False)
    json = _Variables(parsed=True)


conn = _Connections()
