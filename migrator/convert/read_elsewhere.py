"""Assets of other DAGs that a step reads by itself: dependencies that the plan names, each with its partitions.

A DAG is written without a look at the others. So a dependency stands in the text with the names of DAG and task, and
becomes an asset key once it is known what all DAGs have become.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from migrator.convert.problem import Problem
from migrator.findings import Finding
from migrator.manifest import DagEntry

if TYPE_CHECKING:
    from migrator.convert.decide import Decision, FileDecision
    from migrator.plan import Plan, TaskPlan

MAPPING = ", partition_mapping=dg.TimeWindowPartitionMapping()"
PLACEHOLDER = re.compile(r"dg\.AssetDep\('task:([^']+)'((?:, partition_mapping=[\w.]+\(\))?)\)(, )?")
Key = Sequence[str]
OTHER = "task:"


def texts(task: "TaskPlan | None", *, partitioned: bool) -> list[str]:
    """For `deps`, before they are resolved. A partition reads all those of the other asset that lie in it."""
    mapping = MAPPING if partitioned else ""
    return [f"dg.AssetDep({OTHER + name!r}{mapping})" for name in (task.reads if task else ())]


def resolve(text: str, entries: Mapping[str, DagEntry]) -> str:
    """The text of a module with the keys of the assets; what is no asset is left out, and told."""

    def key(found: re.Match[str]) -> str:
        entry, asset = _asset(found[1], entries)
        if entry is None or asset is None:
            return ""
        named = ", ".join(map(repr, asset))
        mapping = found[2] if entry.partitions else ""
        whole = f"dg.AssetDep(dg.AssetKey([{named}]){mapping})" if mapping else f"dg.AssetKey([{named}])"
        return f"{whole}{found[3] or ''}"

    if f"AssetDep('{OTHER}" not in text:
        return text
    return PLACEHOLDER.sub(key, text).replace("deps=[], ", "").replace(", deps=[]", "")


def findings(
    files: Iterable["FileDecision"], plan: "Plan", entries: Mapping[str, DagEntry]
) -> Iterator[Finding]:
    """What was asked for and cannot be."""
    for decision in (d for file in files for d in file.dags):
        for task_id, task in plan.dag(decision.dag.dag_id).tasks.items():
            for name in task.reads:
                if why := _why_not(decision, task_id, name, entries):
                    yield Problem("EN076", f"{task_id} reads {name}: {why}", None, task_id).finding(
                        decision.dag
                    )


def _why_not(decision: "Decision", task_id: str, name: str, entries: Mapping[str, DagEntry]) -> str | None:
    own = entries[decision.dag.dag_id].tasks.get(task_id)
    if own is not None and own.asset_key is None:
        return f"{task_id} is no asset"
    return None if _asset(name, entries)[1] else "that is no asset of the project"


def _asset(name: str, entries: Mapping[str, DagEntry]) -> tuple[DagEntry | None, Key | None]:
    """The longest DAG id that the name starts with, and the asset of the task that is left."""
    for dag_id in sorted(entries, key=len, reverse=True):
        task = (
            entries[dag_id].tasks.get(name.removeprefix(f"{dag_id}."))
            if name.startswith(f"{dag_id}.")
            else None
        )
        if task is not None:
            return entries[dag_id], task.asset_key
    return None, None
