"""What Airflow did with each DAG of a folder, twice: kept as text, so that it need not run again.

A DAG runs two times on the same date, by the same seed. What differs between the two (a time of day, an address
in memory) is said to vary, and is never taken for a difference of Dagster, nor for a pass.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from migrator.parity import airflow_side, record
from migrator.parity.compare import Rules, compare
from migrator.parity.record import Json, Opaque, Parquet, Record
from migrator.parity.side import CouldNotRun
from migrator.parity.verdict import NOT_COMPARABLE
from migrator.runtime.airflow_client import Airflow
from scripts.behaviour.bench import DATE, Bench

Say = Callable[[str], None]
Place = tuple[str, int, str]  # task, map index, name of the item; "" is the run itself


@dataclass(frozen=True)
class Recorded:
    """What Airflow did with one DAG. `error`: why there is no record of it."""

    dag_id: str
    file: str
    digest: str
    record: dict[str, object] | None = None
    varies: tuple[Place, ...] = ()
    error: str | None = None

    def as_record(self) -> Record:
        """The record; the values that only a file could hold are not in it."""
        assert self.record is not None
        return record.of_json(Path(), self.record)


@dataclass
class Store:
    """The recordings of one bench, in a file that is written after each DAG."""

    path: Path
    version: str
    dags: dict[str, Recorded] = field(default_factory=dict)

    def write(self) -> None:
        """Stable text."""
        found = {dag_id: asdict(each) for dag_id, each in sorted(self.dags.items())}
        body = {"recorded with": f"Airflow {self.version}", "date": DATE, "dags": found}
        text = json.dumps(body, indent=1, sort_keys=True, ensure_ascii=False)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(text + "\n", encoding="utf-8")


def read(path: Path, version: str) -> Store:
    """The store in a file; an empty one when there is none of this Airflow."""
    if not path.exists():
        return Store(path, version)
    body = json.loads(path.read_text(encoding="utf-8"))
    if body["recorded with"] != f"Airflow {version}" or body["date"] != DATE:
        return Store(path, version)
    dags = {
        dag_id: Recorded(**{**each, "varies": tuple((t, i, n) for t, i, n in each["varies"])})
        for dag_id, each in body["dags"].items()
    }
    return Store(path, version, dags)


def fill(store: Store, bench: Bench, files: Mapping[str, str], wanted: Sequence[str], say: Say) -> None:
    """Run in Airflow what is not recorded yet; `files` has the file of each DAG. One start serves them all."""
    known = {d: each.digest for d, each in store.dags.items()}
    digests = {d: digest(bench.dags / files[d]) for d in wanted}
    missing = [d for d in sorted(wanted) if known.get(d) != digests[d]]
    if not missing:
        return
    with Airflow(str(bench.python), bench.dags, env=bench.environment()) as airflow:
        for number, dag_id in enumerate(missing, 1):
            say(f"{bench.name}: {number} of {len(missing)} in Airflow: {dag_id}")
            about = Recorded(dag_id, files[dag_id], digests[dag_id])
            store.dags[dag_id] = one(bench, airflow, about, files)
            store.write()


def digest(file: Path) -> str:
    """By what the file says."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def one(bench: Bench, airflow: Airflow, about: Recorded, files: Mapping[str, str]) -> Recorded:
    """Two runs of a DAG; `files` has those of all DAGs."""
    try:
        first, second = (run(bench, airflow, about, files, name) for name in ("first", "second"))
    except CouldNotRun as error:
        return replace(about, error=bench.portable(str(error)))
    return replace(about, record=plain(bench, first), varies=tuple(sorted(varying(first, second))))


def run(bench: Bench, airflow: Airflow, about: Recorded, files: Mapping[str, str], name: str) -> Record:
    """One run, in an empty sandbox."""
    out = bench.work / "airflow" / about.dag_id / name
    shutil.rmtree(out, ignore_errors=True)
    with bench.sandbox.fresh(out / "sandbox") as here:
        runs, conf = out / "runs", bench.plan.dag(about.dag_id).conf
        return airflow_side.run(
            airflow, about.file, about.dag_id, [DATE], runs, conf, bench.timeout, here, files
        )[0]


def varying(first: Record, second: Record) -> Iterable[Place]:
    """The items that are not the same in two runs of Airflow itself."""
    result = compare(first, second, Rules())
    for task in result.tasks:
        for item in task.items:
            if not item.outcome.passes and item.outcome.verdict != NOT_COMPARABLE:
                yield task.task_id, task.map_index, item.name
    yield from (("", -1, item.name) for item in result.items if not item.outcome.passes)


def plain(bench: Bench, found: Record) -> dict[str, object]:
    """A record in one piece: tables as their rows, of what only a pickle holds the type and the text."""
    tasks = tuple(
        replace(task, xcoms={name: _text(value) for name, value in task.xcoms.items()})
        for task in found.tasks
    )
    text = json.dumps(record.as_json(replace(found, tasks=tasks)), ensure_ascii=False)
    body: dict[str, object] = json.loads(bench.portable(text))
    return body


def _text(value: record.Artifact) -> record.Artifact:
    if isinstance(value, Opaque):
        return replace(value, path=None)
    if isinstance(value, Parquet):
        from pyarrow import parquet

        table = parquet.read_table(value.path)
        types = {name: str(kind) for name, kind in zip(table.schema.names, table.schema.types, strict=True)}
        rows = json.loads(json.dumps(table.to_pylist(), default=str))
        return Json({"table of": value.library, "columns": types, "rows": rows})
    return value
