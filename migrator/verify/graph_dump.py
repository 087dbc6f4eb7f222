"""A script for a process of its own: loads a project's definitions and writes what is in them as JSON.

    python graph_dump.py FOLDER_ABOVE PACKAGE OUTPUT

It imports nothing of this tool, so that a project which needs the tool does not load.
"""

import gc
import importlib
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import dagster as dg


def main() -> None:
    """The project is imported as a package from the folder above it, as `dagster -m` does it."""
    above, package, output = sys.argv[1:]
    gc.set_threshold(100_000)  # what is loaded stays: looking for garbage again and again finds none
    sys.path[0] = above  # and not the folder of this script
    module = importlib.import_module(f"{package}.definitions")
    defs = module.defs
    if not isinstance(defs, dg.Definitions):
        raise TypeError(f"{package}.definitions has no Definitions called defs")
    dg.Definitions.validate_loadable(defs)
    Path(output).write_text(json.dumps(describe(defs)), encoding="utf-8")


def describe(defs: dg.Definitions) -> dict[str, Any]:
    """Jobs, assets, schedules and sensors by name."""
    repository = defs.get_repository_def()
    return {
        "jobs": {
            job.name: describe_job(job) for job in repository.get_all_jobs() if not job.name.startswith("__")
        },
        "assets": {
            key.to_user_string(): describe_asset(repository, key)
            for key in repository.asset_graph.get_all_asset_keys()
        },
        "schedules": {s.name: describe_schedule(s) for s in repository.schedule_defs},
        "sensors": {
            s.name: {"jobs": [target.job_name for target in s.targets]} for s in repository.sensor_defs
        },
    }


def describe_job(job: dg.JobDefinition) -> dict[str, Any]:
    """Its ops by handle: an op `write` in a graph `publish` is `publish.write`."""
    return {
        "partitions": describe_partitions(job.partitions_def),
        "tags": dict(job.tags),
        "ops": describe_ops(job.graph),
        "assets": sorted(key.to_user_string() for key in job.asset_layer.executable_asset_keys),
    }


def describe_ops(graph: dg.GraphDefinition) -> dict[str, Any]:
    """Each op with its retries and the ops right before it."""
    ops: dict[str, Any] = {}
    upstream: dict[str, set[str]] = defaultdict(set)
    collect(graph, None, ops, upstream)
    return {name: {**found, "upstream": sorted(upstream[name])} for name, found in sorted(ops.items())}


def collect(graph: Any, parent: Any, ops: dict[str, Any], upstream: dict[str, set[str]]) -> None:
    """Walk a graph and those inside it."""
    from dagster._core.definitions.dependency import NodeHandle, NodeInputHandle

    for name, node in graph.node_dict.items():
        handle = NodeHandle(name, parent)
        for node_input, outputs in graph.dependency_structure.input_to_upstream_outputs_for_node(
            name
        ).items():
            inside = node.definition.resolve_input_to_destinations(
                NodeInputHandle(node_handle=handle, input_name=node_input.input_def.name)
            )
            targets = [h.node_handle for h in inside] or [handle]
            for output in outputs:
                start = NodeHandle(output.node_name, parent)
                origin = output.node.definition.resolve_output_to_origin(output.output_def.name, start)[1]
                for target in targets:
                    upstream[text(target)].add(text(origin or start))
        if hasattr(node.definition, "node_dict"):
            collect(node.definition, handle, ops, upstream)
        else:
            ops[text(handle)] = {"tags": dict(node.tags), **describe_retries(node)}


def text(handle: Any) -> str:
    """`publish.write`."""
    return ".".join(handle.path)


def describe_retries(node: Any) -> dict[str, Any]:
    """Of an op or of its use in a graph."""
    policy = getattr(node, "retry_policy", None) or getattr(node.definition, "retry_policy", None)
    return {"retries": policy.max_retries if policy else 0, "retry_delay": policy.delay if policy else None}


def describe_asset(repository: Any, key: dg.AssetKey) -> dict[str, Any]:
    """What it is made from, and how. One that nothing here makes is external."""
    node = repository.asset_graph.get(key)
    found: dict[str, Any] = {
        "upstream": sorted(parent.to_user_string() for parent in node.parent_keys),
        "partitions": describe_partitions(node.partitions_def),
        "external": not node.is_executable,
        "retries": 0,
        "retry_delay": None,
    }
    if node.is_executable:
        definition = repository.assets_defs_by_key[key].node_def
        policy = getattr(definition, "retry_policy", None)
        found.update(
            retries=policy.max_retries if policy else 0, retry_delay=policy.delay if policy else None
        )
        found["op"] = definition.name
        found["kind"] = "graph" if isinstance(definition, dg.GraphDefinition) else "op"
    return found


def describe_schedule(schedule: Any) -> dict[str, Any]:
    """When it ticks, and what it starts."""
    return {
        "cron": schedule.cron_schedule,
        "timezone": schedule.execution_timezone or "UTC",
        "job": schedule.job_name,
        "status": schedule.default_status.value,
    }


def describe_partitions(partitions: Any) -> dict[str, Any] | None:
    """The windows, where there are any."""
    if partitions is None:
        return None
    if not isinstance(partitions, dg.TimeWindowPartitionsDefinition):
        return {"kind": type(partitions).__name__}
    return {
        "kind": "TimeWindowPartitionsDefinition",
        "cron": partitions.cron_schedule,
        "timezone": partitions.timezone,
        "start": partitions.start.isoformat(),
        "end": partitions.end.isoformat() if partitions.end else None,
        "end_offset": partitions.end_offset,
    }


if __name__ == "__main__":
    main()
