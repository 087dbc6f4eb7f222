"""What waits for what in a job, and how often each step is tried again: what a run that goes well does not show."""

import importlib.util
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import dagster as dg

DUMP = Path(__file__).resolve().parents[2] / "verify" / "graph_dump.py"


@lru_cache
def _dump() -> ModuleType:
    """The script that tells of a whole project, by its path: its folder stays off the project's."""
    spec = importlib.util.spec_from_file_location("migrate_graph_dump", DUMP)
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def graph_of(defs: dg.Definitions, job: dg.JobDefinition) -> dict[str, Any]:
    """The ops and assets of one job, in the form of the script's answer."""
    tell, repository = _dump(), defs.get_repository_def()
    keys = sorted(job.asset_layer.executable_asset_keys)
    return {
        "jobs": {job.name: {"ops": tell.describe_ops(job.graph)}},
        "assets": {key.to_user_string(): tell.describe_asset(repository, key) for key in keys},
    }
