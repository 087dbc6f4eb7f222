"""What the scanner says equals what a real Airflow has loaded: of its own examples, and of cases that are hard to read.

The truth files are written by `make truth`, which runs `python -m tests.scan.truth` in each Airflow.
"""

import json
import sys
from functools import cache
from pathlib import Path

import pytest

from migrator.ir import Dag
from migrator.scan import scan

sys.path.insert(0, str(Path(__file__).parent))
from truth.compare import differences, installed

ROOT = Path(__file__).parents[2]
TRUTH = Path(__file__).parent / "truth"
ENVIRONMENTS = {
    "airflow-2.7.3": ROOT / ".venv-airflow27",
    "airflow-2.11.2": ROOT / ".venv",
    "airflow-3.3.2": ROOT / ".venv-airflow3",
}
# DAGs that this Airflow did not load, as the package that they try to import is not installed beside it.
OPTIONAL = {
    "example_kubernetes_executor",
    "example_local_kubernetes_executor",
    "tutorial_taskflow_api_virtualenv",
}


@cache
def loaded(truth: str, folder: str) -> dict[str, tuple[str, dict[str, object]]]:
    """By DAG id: the file, and what Airflow has."""
    files = json.loads((TRUTH / f"{truth}.json").read_text())["folders"][folder]["files"]
    return {dag_id: (file, entry) for file, dags in files.items() for dag_id, entry in dags.items()}


@cache
def read(folder: Path) -> dict[str, Dag]:
    return {dag.dag_id: dag for dag in scan([folder])[0].dags}


FOLDERS = [
    pytest.param(truth, folder, id=f"{truth} {folder}")
    for truth in ENVIRONMENTS
    for folder in json.loads((TRUTH / f"{truth}.json").read_text())["folders"]
]


def examples(truth: str, folder: str) -> dict[str, Dag]:
    """The examples as the scanner reads them. An Airflow that is not there is a failure, never a pass."""
    if truth == "airflow-2.7.3" and sys.version_info >= (3, 12) and not ENVIRONMENTS[truth].exists():
        pytest.skip("Airflow 2.7 needs Python 3.11")
    found = installed(folder, (ENVIRONMENTS[truth],))
    assert found is not None, f"{ENVIRONMENTS[truth]} has no {folder}; run `make env`"
    return read(found)


@pytest.mark.parametrize(("truth", "folder"), FOLDERS)
def test_every_dag_that_is_not_partial_equals_airflows(truth: str, folder: str) -> None:
    dags = examples(truth, folder)
    wrong = {
        dag_id: differences(dags[dag_id], entry)
        for dag_id, (_, entry) in loaded(truth, folder).items()
        if dag_id in dags and dags[dag_id].partial is None
    }
    assert {dag_id: found for dag_id, found in wrong.items() if found} == {}


@pytest.mark.parametrize(("truth", "folder"), FOLDERS)
def test_exactly_airflows_dags_are_found_in_airflows_files(truth: str, folder: str) -> None:
    found = {dag_id: file for dag_id, (file, _) in loaded(truth, folder).items()}
    said = {dag_id: dag.origin.file for dag_id, dag in examples(truth, folder).items()}
    assert said == {**{dag_id: said[dag_id] for dag_id in OPTIONAL & set(said)}, **found}


@pytest.mark.parametrize(("truth", "folder"), FOLDERS)
def test_fewer_than_one_dag_in_ten_is_partial(truth: str, folder: str) -> None:
    dags = examples(truth, folder)
    assert sum(dag.partial is not None for dag in dags.values()) < len(dags) / 10


CASE_TRUTHS = ("cases-2.11.2", "cases-3.3.2")
CASE_FOLDERS = ("tests/scan/cases", "tests/scan/repository")
# What only the machine knows, or the code of others: these say that they are partial.
PARTIAL = {
    *(
        "unknown_loop",
        "unknown_condition",
        "clock",
        "environ",
        "eval",
        "patched",
        "threads",
        "singledispatch",
    ),
    *("c_conf", "c_host", "c_random", "c_version"),
}
CASES = [
    pytest.param(truth, folder, dag_id, id=f"{dag_id} in {truth.removeprefix('cases-')}")
    for truth in CASE_TRUTHS
    for folder in CASE_FOLDERS
    for dag_id in sorted(loaded(truth, folder))
]


@pytest.mark.parametrize(("truth", "folder", "dag_id"), CASES)
def test_a_case_is_read_as_airflow_loads_it(truth: str, folder: str, dag_id: str) -> None:
    file, entry = loaded(truth, folder)[dag_id]
    dag = read(ROOT / folder)[dag_id]
    assert dag.origin.file == file
    assert (dag.partial is not None) == (dag_id in PARTIAL)
    assert dag.partial or differences(dag, entry) == []


@pytest.mark.parametrize("folder", CASE_FOLDERS)
def test_the_cases_hold_no_other_dag(folder: str) -> None:
    assert set(read(ROOT / folder)) == {i for truth in CASE_TRUTHS for i in loaded(truth, folder)}
