"""Two DAGs for Airflow and the same two for Dagster, laid out as `migrate convert` does it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from migrator.manifest import DagEntry, Manifest, TaskEntry

ROOT = Path(__file__).parent.parent.parent
PAIR = Path(__file__).parent / "pair"
PLAN = """\
version: 1
sandbox:
  fixtures: fixtures
  env: {PAIR_DATA: "{sandbox}"}
dags:
  revenue:
    outputs: [out/*.csv]
    compare: {keys: {extract: [order_id]}}
"""
ASSETS = ("extract", "span", "load")
OPS = [
    "choose",
    "left",
    "right",
    "join",
    "numbers",
    "double",
    "total",
    "nothing_to_do",
    "after_nothing",
    "breaks",
    "after_broken",
]


def manifest() -> Manifest:
    assets = {task: TaskEntry("native", ("revenue", task)) for task in ASSETS}
    ops = {task: TaskEntry("native", op=task) for task in OPS}
    return Manifest(
        dags={
            "revenue": DagEntry(
                "revenue.py",
                "asset",
                "defs.revenue",
                "revenue",
                partitions="daily",
                tasks={**assets, "start": TaskEntry("contracted")},
            ),
            "control": DagEntry("control.py", "job", "defs.control", "control", tasks=ops),
        }
    )


@pytest.fixture(scope="session")
def make_pair(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, str]], Path]:
    """A copy of the pair in which texts of the Dagster project are replaced, each of which must be there."""

    def make(broken: dict[str, str]) -> Path:
        place = tmp_path_factory.mktemp("pair")
        shutil.copytree(PAIR, place, dirs_exist_ok=True)
        runtime = place / "twin" / "runtime"
        runtime.mkdir()
        (runtime / "__init__.py").touch()
        for name in ("mapping.py", "outcomes.py"):
            shutil.copy(ROOT / "migrator" / "runtime" / name, runtime)
        for module in sorted((place / "twin" / "defs").glob("*.py")):
            text = module.read_text()
            for old in [old for old in broken if old in text]:
                text = text.replace(old, broken.pop(old))
            module.write_text(text)
        assert not broken, f"not found: {broken}"
        (place / "twin" / "migration.json").write_text(manifest().dumps())
        (place / "migrate.yaml").write_text(PLAN)
        return place

    return make
