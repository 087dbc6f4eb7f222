"""Names of Airflow that the runtime of the new project has as well, so that code which uses them may stay."""

import ast
from collections.abc import Iterator

from migrator.convert.problem import Problem
from migrator.convert.source import Source

REPLACED = {
    f"airflow.{module}.PokeReturnValue": "from ..runtime.sensors import PokeReturnValue"
    for module in ("sensors.base", "sdk", "sdk.bases.sensor")
}
REPLACED |= {
    "airflow.sdk.execution_time.context.NEVER_EXPIRE": "from ..runtime.state_stores import NEVER_EXPIRE"
}
REPLACED |= {
    f"airflow.{path}": f"from ..runtime.dataset_events import {path.rpartition('.')[2]}"
    for path in (
        *("Dataset", "datasets.Dataset", "datasets.DatasetAlias", "datasets.metadata.Metadata"),
        *("sdk.Asset", "sdk.AssetAlias", "sdk.Metadata", "assets.Asset", "assets.AssetAlias"),
        *("sdk.definitions.asset.Asset", "sdk.definitions.asset.AssetAlias"),
        "sdk.definitions.asset.metadata.Metadata",
    )
}
REPLACED |= {
    f"airflow.{module}.ObjectStoragePath": "from ..runtime.object_storage import ObjectStoragePath"
    for module in ("io.path", "sdk", "sdk.io", "sdk.io.path")
}
REPLACED |= {
    f"airflow.{module}.{name}": f"from ..runtime.retries import {name}"
    for module in ("sdk", "sdk.definitions.retry_policy")
    for name in ("ExceptionRetryPolicy", "RetryAction", "RetryDecision", "RetryPolicy", "RetryRule")
}


def replaced(name: str, source: Source) -> str | None:
    """The import of the new module that gives a name of the file the same meaning; None for all else."""
    line = REPLACED.get(source.imports.get(name, ""))
    return line if line is None or line.endswith(f" {name}") else f"{line} as {name}"


def of_names(source: Source) -> Iterator[Problem]:
    """What to know of such names, where the file imports them."""
    for node in source.import_statements:
        for name in node.names if isinstance(node, ast.ImportFrom) else ():
            line = REPLACED.get(source.imports[name.asname or name.name], "")
            if "object_storage" in line:
                text = f"`{name.name}`: install universal_pathlib, and the file system of each store that is named"
                yield Problem("SC062", text, node.lineno)
            elif line.endswith(" RetryPolicy"):
                yield Problem("SC063", "a retry policy of one's own is given no context", node.lineno)
