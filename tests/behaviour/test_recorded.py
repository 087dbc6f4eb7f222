"""Airflow's example DAGs, converted, do in Dagster what Airflow was recorded to do with them.

The recordings are of the real Airflow; `make parity-corpus` makes them, and compares all examples of both
Airflows. Here run those that need no Airflow: what is native all through.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrator.cli.convert import command
from migrator.manifest import DagEntry
from migrator.manifest import read as manifest_of
from migrator.parity.dagster_side import Dagster
from scripts.behaviour import recorded
from scripts.behaviour.bench import Bench
from scripts.behaviour.recorded import Recorded
from scripts.behaviour.verdicts import SAME, VARIES, verdict
from scripts.corpora import corpus

FOLDER = Path(__file__).parent / "recorded"
VERSION = "2.11.2"
KNOWN = recorded.read(FOLDER / f"airflow-{VERSION}.json", VERSION).dags
ENDED = sorted(
    d for d, each in KNOWN.items() if each.error is None and each.as_record().state in ("success", "failed")
)
# Half of the small ones: the suite has a minute for them.
CHOSEN = [d for d in ENDED if len(KNOWN[d].as_record().tasks) <= 8 and d != "example_sla_dag"][::2]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    work = tmp_path_factory.mktemp("behaviour")
    found = corpus(Path(sys.executable))
    assert found.version == VERSION
    dags = found.copy_to(work / "examples")
    command.main([str(dags), "--out", str(work / "converted"), "--no-verify"], standalone_mode=False)
    return Bench("examples", VERSION, Path(sys.executable), dags, work)


@pytest.fixture(scope="module")
def entries(bench: Bench) -> dict[str, DagEntry]:
    manifest = manifest_of(bench.work / "converted")
    assert manifest is not None
    return manifest.dags


@pytest.fixture(scope="module")
def dagster(bench: Bench) -> Iterator[Dagster]:
    with bench.dagster() as found:
        yield found


def native(entry: DagEntry) -> bool:
    return {task.disposition for task in entry.tasks.values()} <= {"native", "contracted"}


@pytest.mark.parametrize("dag_id", CHOSEN)
def test_an_example_does_what_it_did_in_airflow(
    dag_id: str, bench: Bench, entries: dict[str, DagEntry], dagster: Dagster
) -> None:
    left: Recorded = KNOWN[dag_id]
    assert recorded.digest(bench.dags / left.file) == left.digest, (
        "another text than the one that was recorded"
    )
    if dag_id not in entries or not native(entries[dag_id]):
        pytest.skip("runs in Airflow: compared by `make parity-corpus`")
    found = verdict(bench, dagster, entries[dag_id], left)
    assert (found.verdict, found.detail) in ((SAME, ""), (VARIES, ""))


def test_most_examples_are_native(entries: dict[str, DagEntry]) -> None:
    assert sum(native(entries[dag_id]) for dag_id in ENDED if dag_id in entries) > len(ENDED) / 2
