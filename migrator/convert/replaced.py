"""Names of Airflow that the runtime of the new project has as well, so that code which uses them may stay."""

from migrator.convert.source import Source

REPLACED = {
    f"airflow.{module}.PokeReturnValue": "from ..runtime.sensors import PokeReturnValue"
    for module in ("sensors.base", "sdk", "sdk.bases.sensor")
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


def replaced(name: str, source: Source) -> str | None:
    """The import of the new module that gives a name of the file the same meaning; None for all else."""
    line = REPLACED.get(source.imports.get(name, ""))
    return line if line is None or line.endswith(f" {name}") else f"{line} as {name}"
