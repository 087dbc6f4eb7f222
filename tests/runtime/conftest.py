"""Airflow itself, in its own process, to ask what it decides: the measure for the runtime modules."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


class Airflow:
    """One running `airflow_oracle.py`. A question and its answer are a line of JSON each."""

    def __init__(self, python: Path) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("AIRFLOW")}
        self.process = subprocess.Popen(
            [python, HERE / "airflow_oracle.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )

    def ask(self, question: str, **arguments: Any) -> Any:
        assert self.process.stdin and self.process.stdout
        print(json.dumps({"ask": question, **arguments}), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        assert answer, f"Airflow died of {question}"
        return json.loads(answer)

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(120)


def _started(environment: str) -> Iterator[Airflow]:
    python = ROOT / environment / "bin" / "python"
    if not python.exists():
        pytest.skip(f"no {environment}: make env")
    airflow = Airflow(python)
    yield airflow
    airflow.close()


@pytest.fixture(scope="session")
def airflow2() -> Iterator[Airflow]:
    yield from _started(".venv")


@pytest.fixture(scope="session")
def airflow3() -> Iterator[Airflow]:
    yield from _started(".venv-airflow3")


@pytest.fixture(params=["airflow2", "airflow3"])
def airflow(request: pytest.FixtureRequest) -> Airflow:
    """Each Airflow in turn."""
    return request.getfixturevalue(request.param)
