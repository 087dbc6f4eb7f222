"""Projects that `migrate import` wrote from the DAGs beside this file, and a way to run their jobs."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
DAGS = HERE / "dags"


def migrate(*args: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "migrator", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@dataclass
class Imported:
    """A written project, and the interpreter that runs its tasks."""

    folder: Path
    python: str

    def run(self, job: str, env: dict[str, str] | None = None, **options: Any) -> dict[str, Any]:
        """Run a job in a process of its own. The instance stays, so that a run can be repeated."""
        output = Path(options.setdefault("output", str(self.folder.parent / "result.json")))
        output.unlink(missing_ok=True)
        _, errors = self.start(job, env, **options).communicate()
        assert output.exists(), errors[-3000:]
        return json.loads(output.read_text())  # type: ignore[no-any-return]

    def start(
        self, job: str, env: dict[str, str] | None = None, *, output: str = os.devnull, **options: Any
    ) -> "subprocess.Popen[str]":
        """The process that runs a job."""
        options = {"home": str(self.folder.parent / "dagster home"), **options}
        Path(options["home"]).mkdir(exist_ok=True)
        script = [sys.executable, str(HERE / "run_job.py"), str(self.folder.parent), self.folder.name, job]
        environment = {
            **os.environ,
            "AIRFLOW_PYTHON": self.python,
            "AIRFLOW_DAGS_FOLDER": str(DAGS),
            **(env or {}),
        }
        return subprocess.Popen(
            [*script, output, json.dumps(options)],
            env={k: v for k, v in environment.items() if v},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture(scope="session")
def imported(
    airflow_pythons: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Imported]:
    """The project for an Airflow ("2" or "3"); each is written once."""
    made: dict[tuple[str, str], Imported] = {}

    def get(airflow: str, mode: str = "interpreter") -> Imported:
        if (airflow, mode) not in made:
            folder = tmp_path_factory.mktemp("with space") / "jobs"
            python = airflow_pythons[airflow]
            done = migrate("import", DAGS, "--out", folder, "--airflow-python", python, "--mode", mode)
            assert done.returncode == 0, done.stdout + done.stderr
            made[airflow, mode] = Imported(folder, python)
        return made[airflow, mode]

    return get
