"""What was compared already, and how that ended: in a SQLite file, or in a PostgreSQL that several machines share."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from migrator.errors import UsageError
from migrator.findings.redact import redact
from migrator.parity.places import OF_VARIABLE, known_address
from migrator.record import dataclass


@dataclass(frozen=True)
class Entry:
    """One interval that was compared. `ran`: which runs of both sides; `result`: its JSON form; times are ISO 8601."""

    start: str
    end: str
    ran: str
    verdict: str
    at: str
    result: Mapping[str, Any]


class Memory:
    """`where`: a file, an address such as postgresql://host/db, or env:NAME for a variable that has one of them."""

    def __init__(self, where: str) -> None:
        import sqlalchemy as sa

        self._sa, self._said = sa, where
        self._engine = sa.create_engine(_address(where))
        self._table = sa.Table(
            "migrate_live",
            sa.MetaData(),
            sa.Column("airflow", sa.String(500), primary_key=True),
            sa.Column("dag_id", sa.String(250), primary_key=True),
            sa.Column("interval_start", sa.String(40), primary_key=True),
            sa.Column("interval_end", sa.String(40), nullable=False),
            sa.Column("ran", sa.Text, nullable=False),
            sa.Column("verdict", sa.String(40), nullable=False),
            sa.Column("compared_at", sa.String(40), nullable=False),
            sa.Column("result", sa.Text, nullable=False),
        )
        try:
            self._table.create(self._engine, checkfirst=True)
        except sa.exc.SQLAlchemyError as error:
            raise UsageError(f"--memory-at {_name(where)}: {redact(str(error).splitlines()[0])}") from error

    def entries(self, airflow: str, dag_id: str) -> dict[str, Entry]:
        """All of a DAG of that Airflow, by the start of their intervals."""
        table = self._table
        mine = (table.c.airflow == airflow) & (table.c.dag_id == dag_id)
        with self._engine.connect() as connection:
            rows = connection.execute(table.select().where(mine)).fetchall()
        return {row[2]: Entry(row[2], row[3], row[4], row[5], row[6], json.loads(row[7])) for row in rows}

    def keep(self, airflow: str, dag_id: str, entry: Entry) -> None:
        """In the place of what was known of that interval, if anything was."""
        table = self._table
        place = {"airflow": airflow, "dag_id": dag_id, "interval_start": entry.start}
        row = {
            "interval_end": entry.end,
            "ran": entry.ran,
            "verdict": entry.verdict,
            "compared_at": entry.at,
            "result": json.dumps(entry.result, ensure_ascii=False),
        }
        same = self._sa.and_(*(table.c[name] == value for name, value in place.items()))
        with self._engine.begin() as connection:
            connection.execute(table.delete().where(same))
            connection.execute(table.insert().values(**place, **row))

    def close(self) -> None:
        """Nothing of it stays open."""
        self._engine.dispose()


def _address(where: str) -> str:
    found = known_address(where)
    if not found:
        raise UsageError(f"--memory-at: {where.removeprefix(OF_VARIABLE)} is not set")
    if "://" in where and urlsplit(where).password:
        raise UsageError("--memory-at: an address with a password stands in a variable: env:NAME")
    if "://" not in found:
        return f"sqlite:///{found}"
    scheme, _, rest = found.partition("://")
    if scheme.partition("+")[0] not in ("postgres", "postgresql"):
        raise UsageError("--memory-at takes a file, or an address of PostgreSQL")
    return f"postgresql+psycopg2://{rest}"


def _name(where: str) -> str:
    return where if "://" not in where else f"{urlsplit(where).scheme}://{urlsplit(where).hostname}"
