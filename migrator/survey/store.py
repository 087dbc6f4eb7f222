"""The rows of a survey, in a temporary database: SQLite keeps small ones in memory, and large ones on disk."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator

from migrator.findings import rule
from migrator.survey.unit import Json, Row, Unit

SCHEMA = """
CREATE TABLE dags (dag_id TEXT, file TEXT, line INT, head TEXT, body TEXT, PRIMARY KEY (dag_id, file));
CREATE TABLE waves (dag_id TEXT PRIMARY KEY, wave INT) WITHOUT ROWID;
CREATE TABLE steps (name TEXT, dag_id TEXT, file TEXT, PRIMARY KEY (name, file, dag_id)) WITHOUT ROWID;
CREATE TABLE findings (file TEXT, line INT, col INT, code TEXT, dag_id TEXT, task_id TEXT, message TEXT,
    blocking INT, unit TEXT, PRIMARY KEY (file, line, col, code, dag_id, task_id, message, unit)) WITHOUT ROWID;
"""
INDEXES = (  # what a file has; cheaper once the first reading is over
    "CREATE INDEX IF NOT EXISTS dags_of ON dags (file)",
    "CREATE INDEX IF NOT EXISTS steps_of ON steps (file)",
    "CREATE INDEX IF NOT EXISTS findings_of ON findings (unit)",
)
ADD = {
    "dags": "INSERT OR REPLACE INTO dags VALUES (?, ?, ?, ?, ?)",
    "steps": "INSERT OR IGNORE INTO steps VALUES (?, ?, ?)",
    "findings": "INSERT OR IGNORE INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
}
FINDINGS = """
SELECT file, line, col, code, dag_id, task_id, message, MAX(blocking) AS blocking FROM findings
GROUP BY file, line, col, code, dag_id, task_id, message ORDER BY file, line, col, code, dag_id, task_id, message
"""
WITH_WAVES = "FROM dags LEFT JOIN waves USING (dag_id) ORDER BY dag_id, file"


class Store:
    """What was found out so far. A unit that is added again takes the place of the one before."""

    def __init__(self) -> None:
        self.db = sqlite3.connect("", isolation_level=None)
        self.db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;" + SCHEMA)

    def close(self) -> None:
        """The database goes."""
        self.db.close()

    def add(self, unit: Unit, file: str) -> None:
        """The rows of a unit; `file` is its path as it is printed."""
        add = self.db.executemany
        add(ADD["dags"], [(d.dag_id, file, d.line, d.head, d.body) for d in unit.dags])
        add(ADD["steps"], [(step, d.dag_id, file) for d in unit.dags for step in d.steps])
        add(ADD["findings"], [_values(row, file) for row in unit.findings])

    def replace(self, unit: Unit, file: str) -> None:
        """The same for a file that was read before."""
        for index in INDEXES:
            self.db.execute(index)
        for table, column in (("dags", "file"), ("steps", "file"), ("findings", "unit")):
            self.db.execute(f"DELETE FROM {table} WHERE {column} = ?", (file,))
        self.add(unit, file)

    def add_findings(self, rows: Iterable[Row]) -> None:
        """Findings about the project, rather than one file."""
        self.db.executemany(ADD["findings"], [_values(row, row[0]) for row in rows])

    def duplicates(self) -> dict[str, list[tuple[str, str]]]:
        """By file the DAGs that a file before it has as well, each with that file."""
        found: dict[str, list[tuple[str, str]]] = {}
        query = """SELECT dag_id, file, first FROM
            (SELECT dag_id, file, MIN(file) OVER (PARTITION BY dag_id) AS first FROM dags) WHERE file != first"""
        for dag_id, file, first in self.db.execute(query):
            found.setdefault(file, []).append((dag_id, first))
        return found

    def line(self, dag_id: str, file: str) -> int:
        """Where the DAG begins."""
        row = self.db.execute(
            "SELECT line FROM dags WHERE dag_id = ? AND file = ?", (dag_id, file)
        ).fetchone()
        return int(row[0])

    def twins(self) -> Iterator[tuple[str, str, str]]:
        """File, DAG and name of each step that several DAGs would have, in the order of the files."""
        query = """SELECT file, dag_id, name FROM steps WHERE name IN
            (SELECT name FROM steps GROUP BY name HAVING COUNT(DISTINCT dag_id) > 1) ORDER BY file, dag_id, name"""
        yield from self.db.execute(query)

    def heads(self) -> Iterator[Json]:
        """The head of each DAG, by id."""
        for head, wave in self.db.execute(f"SELECT head, wave {WITH_WAVES}"):
            yield {**json.loads(head), "wave": wave}

    def set_waves(self, waves: Iterable[tuple[int, str]]) -> None:
        """Pairs of wave and DAG."""
        self.db.executemany("INSERT OR REPLACE INTO waves (wave, dag_id) VALUES (?, ?)", waves)

    def dag_texts(self) -> Iterator[str]:
        """Each DAG as a JSON text, by id."""
        for head, body, wave in self.db.execute(f"SELECT head, body, wave {WITH_WAVES}"):
            yield f'{head[:-1]},{body[1:-1]},"wave":{"null" if wave is None else wave}}}'

    def blocking(self) -> set[str]:
        """Ids of the DAGs that a finding keeps in Airflow."""
        query = "SELECT DISTINCT dag_id FROM findings WHERE blocking AND dag_id != ''"
        return {dag_id for (dag_id,) in self.db.execute(query)}

    def findings(self) -> Iterator[Json]:
        """Each finding as the report has it, by place."""
        return map(_finding, self.db.execute(FINDINGS))

    def counts(self) -> Iterator[tuple[str, int, int]]:
        """Each code with how many findings it has, and how many of these keep a DAG in Airflow."""
        query = f"SELECT code, COUNT(*), SUM(blocking) FROM ({FINDINGS}) GROUP BY code"
        return self.db.execute(query)

    def keep(self, wanted: Callable[[Json], bool]) -> None:
        """Drop the findings that are not wanted."""
        rows = self.db.execute(FINDINGS).fetchall()
        places = [row[:7] for row in rows if not wanted(_finding(row))]
        query = """DELETE FROM findings WHERE file = ? AND line = ? AND col = ? AND code = ? AND dag_id = ?
            AND task_id = ? AND message = ?"""
        self.db.executemany(query, places)


def _values(row: Row, unit: str) -> tuple[object, ...]:
    file, line, column, code, dag_id, task_id, message, blocking = row
    return (file, line, column, code, dag_id or "", task_id or "", message, blocking, unit)


def _finding(row: tuple[str, int, int, str, str, str, str, int]) -> Json:
    file, line, column, code, dag_id, task_id, message, blocking = row
    known = rule(code)
    return {
        "code": code,
        "severity": known.severity,
        "file": file,
        "line": line,
        "column": column,
        "dag_id": dag_id or None,
        "task_id": task_id or None,
        "message": message,
        "help": known.help,
        "blocking": bool(blocking),
    }
