"""One warm process of each Airflow, and one run of the DAG with every construct, for all tests here."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from migrator.runtime.airflow_client import Airflow

DAGS = Path(__file__).parent / "dags"
DATE = "2024-01-03"


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the empty databases are kept, so that each is made once."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="session", params=["27", "2", "3"], ids=["airflow27", "airflow2", "airflow3"])
def python(request: pytest.FixtureRequest) -> str:
    """The interpreter of Airflow 2.7, then that of 2.11, then that of Airflow 3."""
    found: str = request.getfixturevalue(f"airflow{request.param}_python")
    return found


@pytest.fixture(scope="session")
def scratch(python: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the DAGs leave notes."""
    return tmp_path_factory.mktemp("scratch")


@pytest.fixture(scope="session")
def settings(scratch: Path) -> dict[str, str]:
    """What the DAGs of this folder read from the environment."""
    return {"SCRATCH": str(scratch), "NOTES": str(scratch / "notes")}


@pytest.fixture(scope="session")
def airflow(python: str, settings: dict[str, str], state: Path) -> Iterator[Airflow]:
    """A warm process."""
    with Airflow(python, DAGS, state=state, env=settings) as started:
        yield started


@pytest.fixture(scope="session")
def is2(airflow: Airflow) -> bool:
    return airflow.version.startswith("2.")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, python: str) -> Path:
    """Where the run of `constructs` leaves its record."""
    return tmp_path_factory.mktemp("constructs")


@pytest.fixture(scope="session")
def record(airflow: Airflow, folder: Path) -> dict[str, Any]:
    """The record of the scheduled run of `constructs`."""
    (found,) = airflow.run("constructs.py", "constructs", [DATE], folder)
    return found


@pytest.fixture(scope="session")
def tasks(record: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Its task instances: "double[1]" for a mapped one."""
    return {
        task["task_id"] + (f"[{task['map_index']}]" if task["map_index"] >= 0 else ""): task
        for task in record["tasks"]
    }


def gone(pid: int) -> bool:
    """Whether a process ends soon; who adopted it may take a moment to notice."""
    for _ in range(600):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
