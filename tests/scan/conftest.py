"""Small DAG files, written where a test needs them."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from migrator.findings import Finding
from migrator.ir import Dag, Project
from migrator.scan import scan

HEAD = """\
from datetime import datetime, timedelta
from airflow import DAG
from airflow.decorators import dag, task, task_group
from airflow.models import Variable
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator
"""
Reading = tuple[Project, list[Finding]]


@pytest.fixture
def reading(tmp_path: Path) -> Callable[[str], Reading]:
    """Reads a DAG file of this text, which the usual imports stand before."""

    def read(text: str) -> Reading:
        (tmp_path / "file.py").write_text(HEAD + dedent(text))
        return scan([tmp_path / "file.py"])

    return read


@pytest.fixture
def one(reading: Callable[[str], Reading]) -> Callable[[str], Dag]:
    """The only DAG of such a file."""

    def read(text: str) -> Dag:
        project, _ = reading(text)
        (dag,) = project.dags
        return dag

    return read
