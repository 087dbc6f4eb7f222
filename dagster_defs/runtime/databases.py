"""Databases that steps reach: a resource for each connection, with the methods of Airflow's database hooks.

    @dg.asset
    def orders(orders_db: Database):
        return orders_db.get_records("SELECT * FROM orders WHERE placed_on = %s", parameters=("2024-01-03",))

The resource is configured with the text of a connection: a URI or JSON, as the variables `AIRFLOW_CONN_...` hold it.
Statements keep the placeholders of the driver. Connections come from a pool that lives as long as the run; what a
statement set in its session, or made in it for a while, is gone before the next one, as it was with a new connection.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from importlib.util import find_spec
from itertools import islice
from typing import Any

import dagster as dg
import sqlalchemy as sa
from pydantic import PrivateAttr

from .connections import Connection, connection_from
from .sql_text import insert_statement, split, upsert_statement

Parameters = Iterable[Any] | Mapping[str, Any] | None
NOT_HERE = (
    "iam",
    "redshift",
    "redshift-serverless",
    "azure_conn_id",
    "cursor",
)  # extras that change what it is
OF_SQLALCHEMY = (
    "sqlalchemy_scheme",
    "sqlalchemy_query",
    "cluster-identifier",
    "workgroup-name",
    "aws_conn_id",
)


def fetch_all(cursor: Any) -> Any:
    """All rows of a statement that has rows; the usual handler of a SQL task."""
    return None if cursor.description is None else cursor.fetchall()


def fetch_one(cursor: Any) -> Any:
    """The first row."""
    return None if cursor.description is None else cursor.fetchone()


class Database(dg.ConfigurableResource):  # type: ignore[type-arg]  # it is its own value
    """A PostgreSQL database."""

    connection: str
    _engine: Any = PrivateAttr(default=None)
    _opened: list[Any] = PrivateAttr(default_factory=list)
    _descriptions: list[Any] = PrivateAttr(default_factory=list)

    # ------------------------------------------------------------------ connections
    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """Close all connections."""
        self.close()

    def close(self) -> None:
        """Close all connections, those that were handed out as well."""
        while self._opened:
            self._opened.pop().close()
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def get_connection(self, conn_id: str = "") -> Connection:
        """Host, login and so on."""
        found = connection_from(conn_id, self.connection)
        if found.conn_type not in ("postgres", "postgresql"):
            raise dg.Failure(f"a connection of type {found.conn_type!r} is no PostgreSQL database")
        if unknown := sorted(set(NOT_HERE) & found.extra_dejson.keys()):
            raise dg.Failure(f"the connection has {', '.join(unknown)} in its extra, which has no form here")
        return found

    def get_uri(self) -> str:
        """The address as SQLAlchemy has it, password included."""
        return str(self._url().render_as_string(hide_password=False))

    def get_sqlalchemy_engine(self, engine_kwargs: Mapping[str, Any] | None = None) -> Any:
        """An engine of the caller's own."""
        return sa.create_engine(self._url(), **(engine_kwargs or {}))

    def get_conn(self) -> Any:
        """A connection of the driver's, of the caller's own; closed at the end of the run at the latest."""
        self._opened.append(self._connect())
        return self._opened[-1]

    def get_cursor(self) -> Any:
        """A cursor of such a connection."""
        return self.get_conn().cursor()

    def _url(self) -> Any:
        found = self.get_connection()
        return sa.engine.URL.create(
            found.extra_dejson.get("sqlalchemy_scheme")
            or ("postgresql+psycopg" if _psycopg3() else "postgresql"),
            username=found.login,
            password=found.password,
            host=found.host,
            port=found.port,
            database=found.schema,
            query=found.extra_dejson.get("sqlalchemy_query", {}),
        )

    def _connect(self) -> Any:
        found = self.get_connection()
        given = {
            **{"host": found.host, "user": found.login, "password": found.password},
            **{"dbname": found.schema, "port": found.port},
            **{name: value for name, value in found.extra_dejson.items() if name not in OF_SQLALCHEMY},
        }
        if not _psycopg3():
            import psycopg2

            return psycopg2.connect(**given)
        import psycopg

        # Prepared statements would not outlive the cleaning of a session.
        return psycopg.connect(**{"prepare_threshold": None, **given})

    @contextmanager
    def _pooled(self, autocommit: bool) -> Iterator[Any]:
        """A connection in the state of a new one; it goes back to the pool without a trace."""
        if self._engine is None:
            scheme = "postgresql+psycopg" if _psycopg3() else "postgresql+psycopg2"
            self._engine = sa.create_engine(f"{scheme}://", creator=self._connect, pool_pre_ping=True)
        pooled = self._engine.raw_connection()
        own = pooled.dbapi_connection
        try:
            own.autocommit = autocommit
            yield own
        except BaseException:
            pooled.invalidate()
            raise
        else:
            own.rollback()
            own.autocommit = True
            with closing(own.cursor()) as cursor:
                cursor.execute("DISCARD ALL")
            own.autocommit = False
        finally:
            pooled.close()

    # ------------------------------------------------------------------ statements
    def run(
        self,
        sql: str | Iterable[str],
        autocommit: bool = False,
        parameters: Parameters = None,
        handler: Callable[[Any], Any] | None = None,
        split_statements: bool | None = False,
        return_last: bool = True,
    ) -> Any:
        """Execute statements in one transaction, or each by itself with `autocommit`.

        Gives what `handler` makes of the cursor: for one text of the last statement, else a list.
        """
        single = isinstance(sql, str) and (return_last or not split_statements)
        if isinstance(sql, str):
            statements: Iterable[str] = split(sql) if split_statements else [sql] if sql.strip() else []
        else:
            statements = sql
        if not statements:
            raise ValueError("List of SQL statements is empty")
        results = []
        self._descriptions = []
        with self._pooled(autocommit) as own:
            with closing(own.cursor()) as cursor:
                for statement in statements:
                    self._execute(cursor, statement, parameters)
                    if handler is not None:
                        results.append(handler(cursor))
                        self._descriptions.append(cursor.description)
            if not autocommit:
                own.commit()
        if handler is None:
            return None
        if single:
            self._descriptions = self._descriptions[-1:]
            return results[-1]
        return results

    def _execute(self, cursor: Any, statement: str, parameters: Parameters) -> None:
        if not parameters:
            cursor.execute(statement)
        elif _psycopg3() and isinstance(parameters, list):
            cursor.execute(statement, tuple(parameters))
        else:
            cursor.execute(statement, parameters)

    @property
    def descriptions(self) -> list[Any]:
        """What the driver says of the columns of the last results."""
        return self._descriptions

    @property
    def last_description(self) -> Any:
        """The same of the last statement."""
        return self._descriptions[-1] if self._descriptions else None

    def get_records(self, sql: str | list[str], parameters: Parameters = None) -> Any:
        """All rows."""
        return self.run(sql, parameters=parameters, handler=fetch_all)

    def get_first(self, sql: str | list[str], parameters: Parameters = None) -> Any:
        """The first row, or None."""
        return self.run(sql, parameters=parameters, handler=fetch_one)

    # ------------------------------------------------------------------ tables
    def get_df(
        self, sql: str | list[str], parameters: Parameters = None, *, df_type: str = "pandas", **kwargs: Any
    ) -> Any:
        """The rows as a frame of pandas."""
        import pandas as pd

        if df_type != "pandas":
            raise ValueError(f"no frames of {df_type} here")
        engine = self.get_sqlalchemy_engine()
        try:
            with engine.connect() as own:
                text = "; ".join(sql) if isinstance(sql, list) else sql
                return pd.read_sql(text, con=own, params=parameters, **kwargs)  # type: ignore[arg-type]  # its driver knows
        finally:
            engine.dispose()

    def get_pandas_df(self, sql: str | list[str], parameters: Parameters = None, **kwargs: Any) -> Any:
        """The same."""
        return self.get_df(sql, parameters, **kwargs)

    def insert_rows(
        self,
        table: str,
        rows: Iterable[Sequence[Any]],
        target_fields: Sequence[str] | None = None,
        commit_every: int = 1000,
        replace: bool = False,
        *,
        executemany: bool = True,
        fast_executemany: bool = False,
        autocommit: bool = False,
        replace_index: str | Sequence[str] | None = None,
        replace_target: Sequence[str] | None = None,
    ) -> None:
        """Insert rows, so many to a transaction. With `replace`, rows that are there already are updated.

        `executemany` and `fast_executemany` are what this driver does anyway. `commit_every=0`: one transaction.
        """
        keys = [replace_index] if isinstance(replace_index, str) else list(replace_index or ())
        if replace and not keys:
            keys = self._primary_key(table)
        reserved = self._reserved_words()
        waiting = iter(rows)
        with self._pooled(autocommit) as own, closing(own.cursor()) as cursor:
            while chunk := [tuple(map(_cell, row)) for row in islice(waiting, commit_every or None)]:
                statement = insert_statement(table, len(chunk[0]), target_fields, reserved)
                if replace:
                    statement = upsert_statement(statement, target_fields, keys, replace_target, reserved)
                cursor.executemany(statement, chunk)
                if not autocommit:
                    own.commit()

    def _primary_key(self, table: str) -> list[str]:
        """The columns that tell rows of a table apart; none where its schema is not named, as in Airflow."""
        schema, _, name = table.replace('"', "").rpartition(".")
        if not schema:
            return []
        engine = self.get_sqlalchemy_engine()
        try:
            return list(sa.inspect(engine).get_pk_constraint(name, schema=schema)["constrained_columns"])
        finally:
            engine.dispose()

    def _reserved_words(self) -> frozenset[str]:
        from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS

        return frozenset(RESERVED_WORDS)

    # ------------------------------------------------------------------ files
    def copy_expert(self, sql: str, filename: str) -> None:
        """COPY from a file, or to one."""
        reads = " from stdin" in sql.lower()
        if not os.path.isfile(filename):
            open(filename, "wb").close()
        with self._pooled(False) as own, closing(own.cursor()) as cursor:
            with open(filename, "rb" if reads else "wb") as file:
                _copy(cursor, sql, file, reads)
            own.commit()

    def bulk_load(self, table: str, tmp_file: str) -> None:
        """Rows of a file with tabs between the columns into a table."""
        self.copy_expert(f"COPY {table} FROM STDIN", tmp_file)

    def bulk_dump(self, table: str, tmp_file: str) -> None:
        """A table into such a file."""
        self.copy_expert(f"COPY {table} TO STDOUT", tmp_file)


def database(conn_id: str) -> Database:
    """The database of a connection whose name is known only now, or of a helper function that no step gives it.

    It is one for all who ask in this process.
    """
    variable = f"AIRFLOW_CONN_{conn_id.upper()}"
    if variable not in os.environ:
        raise dg.Failure(f"set {variable} in the environment", allow_retries=False)
    text = os.environ[variable]
    return _SHARED.setdefault(text, Database(connection=text))


_SHARED: dict[str, Database] = {}


def _psycopg3() -> bool:
    """Airflow's choice of a driver."""
    return int(sa.__version__.split(".")[0]) >= 2 and find_spec("psycopg") is not None


def _cell(value: Any) -> Any:
    if _psycopg3() and isinstance(value, dict | list):
        from psycopg.types.json import Json

        return Json(value)
    return value


def _copy(cursor: Any, sql: str, file: Any, reads: bool) -> None:
    if not _psycopg3():
        cursor.copy_expert(sql, file)
        return
    with cursor.copy(sql) as copying:
        if reads:
            while data := file.read(8192):
                copying.write(data)
        else:
            for data in copying:
                file.write(data)
