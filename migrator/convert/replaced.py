"""Names of Airflow that the runtime of the new project has as well, so that code which uses them may stay."""

from migrator.convert.source import Source

REPLACED = {
    f"airflow.{module}.PokeReturnValue": "from ..runtime.sensors import PokeReturnValue"
    for module in ("sensors.base", "sdk", "sdk.bases.sensor")
}


def replaced(name: str, source: Source) -> str | None:
    """The import of the new module that gives a name of the file the same meaning; None for all else."""
    line = REPLACED.get(source.imports.get(name, ""))
    return line if line is None or line.endswith(f" {name}") else f"{line} as {name}"
