"""The DAGs that Airflow ships as examples: every one that Airflow loads lands as a job, and Dagster loads them all."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.phase_one.conftest import migrate

FIND = "import airflow, pathlib; print(pathlib.Path(airflow.__file__).parent / 'example_dags')"


@pytest.fixture(scope="module")
def shipped(
    airflow_pythons: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., tuple[str, Path]]:
    """Import them all; the output of the command and the project."""

    def get(airflow: str, mode: str) -> tuple[str, Path]:
        python, out = airflow_pythons[airflow], tmp_path_factory.mktemp("shipped") / "jobs"
        folder = subprocess.run(
            [python, "-c", FIND], capture_output=True, text=True, check=True
        ).stdout.splitlines()[-1]
        done = migrate("import", folder, "--out", out, "--airflow-python", python, "--mode", mode)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout, out

    return get


@pytest.mark.parametrize(
    ("airflow", "mode", "dags"),
    [
        pytest.param("2", "interpreter", 71, id="Airflow 2"),
        pytest.param("2", "in-process", 71, id="Airflow 2 in process"),
        pytest.param("3", "interpreter", 90, id="Airflow 3"),
    ],
)
def test_every_example_is_a_job(
    shipped: Callable[..., tuple[str, Path]], airflow: str, mode: str, dags: int
) -> None:
    told, project = shipped(airflow, mode)
    assert "verified: Dagster loads it, and its graph is that of the DAGs" in told
    assert len(json.loads((project / "migration.json").read_text())["dags"]) >= dags
