"""A schema of PostgreSQL for one side of a comparison, on a server that others use as well."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from migrator.errors import UsageError
from migrator.findings.redact import redact
from migrator.record import dataclass

NULL = r"\N"  # so that no value and an empty text are two things
TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %s AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1
"""
END_SESSIONS = """
    SELECT pg_terminate_backend(pid) FROM (
        SELECT DISTINCT l.pid FROM pg_locks l LEFT JOIN pg_class c ON c.oid = l.relation
        JOIN pg_namespace n ON n.oid = c.relnamespace
          OR l.locktype = 'object' AND l.classid = 'pg_namespace'::regclass AND n.oid = l.objid
        WHERE n.nspname = %s AND l.pid <> pg_backend_pid()
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) AS others
"""


@dataclass(frozen=True)
class OwnSchema:
    """`url`: the database it is in, and somebody who may create schemas there."""

    url: str
    name: str

    @cached_property
    def values(self) -> Mapping[str, str]:
        """What stands for it in a plan: its name, an address that leads into it, and Airflow's form of that."""
        return {"schema": self.name, "database": self._address(), "connection": self._connection()}

    @property
    def _options(self) -> str:
        return f"-csearch_path={self.name}"

    def _address(self) -> str:
        parts = urlsplit(self.url)
        scheme = (
            parts.scheme.partition("+")[0].replace("postgresql", "postgres").replace("postgres", "postgresql")
        )
        query = {**dict(parse_qsl(parts.query)), "options": self._options}
        return urlunsplit((scheme, parts.netloc, parts.path, urlencode(query, quote_via=quote), ""))

    def _connection(self) -> str:
        """With the schema for the driver, and for engines of SQLAlchemy, which a hook makes in its own way."""
        parts = urlsplit(self.url)
        extra: dict[str, Any] = {**dict(parse_qsl(parts.query)), "options": self._options}
        found = {
            "conn_type": "postgres",
            "host": parts.hostname,
            "login": unquote(parts.username or "") or None,
            "password": unquote(parts.password or "") or None,
            "schema": unquote(parts.path.lstrip("/")) or None,
            "port": parts.port or 5432,
            "extra": {**extra, "sqlalchemy_query": {"options": self._options}},
        }
        return json.dumps({key: value for key, value in found.items() if value is not None})

    def create(self) -> None:
        """Empty, whatever was left in it. Raises UsageError where the server refuses."""
        self.drop()
        with self._connected() as cursor:
            cursor.execute(f'CREATE SCHEMA "{self.name}"')

    def drop(self) -> None:
        """With all that is in it, and whoever still works there: a task may leave a transaction open."""
        with self._connected() as cursor:
            cursor.execute(END_SESSIONS, (self.name,))
            cursor.execute(f'DROP SCHEMA IF EXISTS "{self.name}" CASCADE')

    def save(self, folder: Path) -> None:
        """Its tables as CSV files."""
        with self._connected() as cursor:
            cursor.execute("SET timezone TO 'UTC'")
            cursor.execute(TABLES, (self.name,))
            for (table,) in cursor.fetchall():
                folder.mkdir(parents=True, exist_ok=True)
                named = '"' + table.replace('"', '""') + '"'
                with (folder / f"{quote(table, safe=' ')}.csv").open("wb") as file:
                    cursor.copy_expert(
                        f"COPY (SELECT * FROM \"{self.name}\".{named}) TO STDOUT (FORMAT csv, HEADER, NULL '{NULL}')",
                        file,
                    )

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        try:
            import psycopg2
        except ImportError as error:
            raise UsageError("sandbox.database: pip install psycopg2-binary") from error
        try:
            with (
                closing(psycopg2.connect(self._address())) as connection,
                connection,
                connection.cursor() as cursor,
            ):
                yield cursor
        except psycopg2.Error as error:
            raise UsageError(f"sandbox.database: {redact(' '.join(str(error).split()))}") from error
