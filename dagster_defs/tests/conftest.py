"""What all tests of this project share."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster_defs.definitions import defs

PROJECT = Path(__file__).resolve().parent.parent
DAGS_FOLDER = str(PROJECT / "../airflow_dags")  # unless AIRFLOW_DAGS_FOLDER names another


@pytest.fixture(scope="session")
def project() -> dg.RepositoryDefinition:
    """All that Dagster loads from here."""
    dg.Definitions.validate_loadable(defs)
    return defs.get_repository_def()


@pytest.fixture(scope="session")
def steps(project: dg.RepositoryDefinition) -> Callable[[str], set[str]]:
    """The assets and ops of a job, by name."""

    def names(graph: dg.GraphDefinition) -> Iterator[str]:
        for node in graph.nodes:
            yield node.name
            if isinstance(node.definition, dg.GraphDefinition):
                yield from names(node.definition)

    def of_job(name: str) -> set[str]:
        job = project.get_job(name)
        assets = {key.to_user_string() for key in job.asset_layer.executable_asset_keys}
        return assets | set(names(job.graph))

    return of_job


@pytest.fixture
def compare() -> Callable[[str, str], None]:
    """Runs a DAG in Airflow and here, and fails where they differ. MIGRATE_PLAN may name a migrate.yaml."""
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    migrate, airflow = shutil.which("migrate", path=beside), os.environ.get("AIRFLOW_PYTHON")
    dags, plan = os.environ.get("AIRFLOW_DAGS_FOLDER") or DAGS_FOLDER, os.environ.get("MIGRATE_PLAN")
    if migrate is None:
        pytest.skip("migrate is not installed")
    if not airflow or not dags:
        pytest.skip("set AIRFLOW_PYTHON and AIRFLOW_DAGS_FOLDER")

    def run(dag_id: str, date: str) -> None:
        words = [migrate, "compare", PROJECT, "--dags", dags, "--airflow-python", airflow]
        words += ["--dag", dag_id, "--date", date, *(["--plan", plan] if plan else [])]
        done = subprocess.run(words, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    return run
