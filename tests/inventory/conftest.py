"""Inventories of DAG files, read as the scan reads them."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from migrator.inventory import FolderSources, Inventory, of_dag
from migrator.scan import scan
from migrator.scan.folder import Folder

HEAD = """\
import os
from datetime import datetime
from pathlib import Path
from airflow import DAG, Dataset
from airflow.decorators import dag, task
from airflow.hooks.base import BaseHook
from airflow.models import Variable
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.providers.postgres.hooks.postgres import PostgresHook
"""
Inventories = dict[str, Inventory]


def inventories_of(root: Path) -> Inventories:
    """Of all DAGs below a folder."""
    project, _ = scan([root])
    sources = FolderSources(Folder(Path(project.root)))
    return {dag.dag_id: of_dag(dag, sources) for dag in project.dags}


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[dict[str, str]], Inventories]:
    """The inventories of a folder of these files."""

    def read(files: dict[str, str]) -> Inventories:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(dedent(text))
        return inventories_of(tmp_path)

    return read


@pytest.fixture
def task_body(folder: Callable[[dict[str, str]], Inventories]) -> Callable[[str], Inventory]:
    """The inventory of a DAG with one task whose function has this body."""

    def read(body: str) -> Inventory:
        inner = dedent(body).replace("\n", "\n    ")
        text = (
            f"{HEAD}\ndef work(**context):\n    {inner}\n\nwith DAG('a', start_date=datetime(2024, 1, 1)):\n"
        )
        text += "    PythonOperator(task_id='t', python_callable=work)\n"
        return folder({"a.py": text})["a"]

    return read


@pytest.fixture
def tasks(folder: Callable[[dict[str, str]], Inventories]) -> Callable[[str], Inventory]:
    """The inventory of a DAG whose block holds these lines."""

    def read(lines: str) -> Inventory:
        inner = dedent(lines).replace("\n", "\n    ")
        return folder({"a.py": f"{HEAD}\nwith DAG('a', start_date=datetime(2024, 1, 1)):\n    {inner}\n"})[
            "a"
        ]

    return read
