"""Text and run time, put together, are what a DagBag of that Airflow holds; and the two never disagree by mistake."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from migrator.findings import Finding
from migrator.ir import Dag, Project
from migrator.scan import scan
from tests.scan.truth.compare import differences

SCAN = Path(__file__).parents[1] / "scan"
DISAGREEMENTS = {"SC025", "SC026", "SC027", "SC028"}
FAILURES = {"SC020", "SC021", "SC022", "SC060"}


class Agreement:
    """The example DAGs of one Airflow as they are scanned with it, and as its DagBag has them."""

    def __init__(self, python: str) -> None:
        site = Path(python).parents[1] / "lib"
        (metadata,) = site.glob("python3*/site-packages/apache_airflow-*.dist-info")
        version = metadata.name.removeprefix("apache_airflow-").removesuffix(".dist-info")
        folders = json.loads((SCAN / "truth" / f"airflow-{version}.json").read_text())["folders"]
        self.truth: dict[str, dict[str, Any]] = {}
        self.dags: dict[str, Dag] = {}
        self.findings: list[Finding] = []
        for folder, found in folders.items():
            for file, dags in found["files"].items():
                self.truth.update({dag_id: {**dag, "file": file} for dag_id, dag in dags.items()})
            project, findings = self.scan(metadata.parent / folder, python)
            self.dags.update({dag.dag_id: dag for dag in project.dags})
            self.findings += findings

    def scan(self, folder: Path, python: str) -> tuple[Project, list[Finding]]:
        counted: list[tuple[int, int]] = []
        found = scan([folder], airflow_python=python, loading=lambda n, of: counted.append((n, of)))
        assert [n for n, _ in counted] == list(range(1, counted[0][1] + 1))
        return found


@pytest.fixture(scope="module")
def agreement(python: str) -> Agreement:
    return Agreement(python)


def test_the_dags_are_those_of_the_dag_bag(agreement: Agreement) -> None:
    said = {dag_id: dag.origin.file for dag_id, dag in agreement.dags.items()}
    assert said == {dag_id: dag["file"] for dag_id, dag in agreement.truth.items()}


def test_every_dag_is_whole_and_equal(agreement: Agreement) -> None:
    assert [dag.dag_id for dag in agreement.dags.values() if dag.partial] == []
    wrong = {dag_id: differences(dag, agreement.truth[dag_id]) for dag_id, dag in agreement.dags.items()}
    assert {dag_id: found for dag_id, found in wrong.items() if found} == {}


def test_no_reader_says_what_the_other_denies(agreement: Agreement) -> None:
    told = [f for f in agreement.findings if f.code in DISAGREEMENTS | FAILURES]
    assert [(f.code, f.origin, f.message) for f in told] == []


def test_every_line_is_known(agreement: Agreement) -> None:
    seen = Counter(task.origin.seen_by for dag in agreement.dags.values() for task in dag.tasks)
    assert seen["static"] == 0
    assert all(task.origin.line > 1 for dag in agreement.dags.values() for task in dag.tasks)
