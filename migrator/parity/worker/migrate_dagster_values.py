"""What the steps of a Dagster run put out, read through the IO managers, as artifacts of a record."""

import contextlib
import json
import pickle
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.execution import build_resources
from migrate_dagster_steps import Step, split  # type: ignore[import-not-found]  # beside this script

OF_AIRFLOW = {"kind", "text", "data", "near_json"}  # the fields of an Opaque of the project's runtime
REPR = 2000  # characters of a repr that a record keeps

Artifact = dict[str, Any]


def plain_json(value: Any) -> bool:
    """Whether a value is of exact JSON types, all through."""
    if value is None or type(value) in (str, int, bool, float):
        return True
    if type(value) is list:
        return all(map(plain_json, value))
    return type(value) is dict and all(type(k) is str and plain_json(v) for k, v in value.items())


def artifact(value: Any, folder: Path, name: str) -> Artifact:
    """Exact JSON types as JSON, frames as Parquet, all else as a pickle and its repr."""
    if type(value).__name__ == "ObjectStoragePath":  # this project's own class for Airflow's
        value = str(value)
    if plain_json(value):
        return {"json": value}
    safe = re.sub(r"[^\w.\[\]-]", "_", name)
    if set(getattr(type(value), "__dataclass_fields__", ())) >= OF_AIRFLOW:
        return of_airflow(value, folder / f"{safe}.pickle")
    library = type(value).__module__.split(".")[0]
    if type(value).__name__ == "DataFrame" and library in ("pandas", "polars"):
        path = folder / f"{safe}.parquet"
        try:
            value.to_parquet(path) if library == "pandas" else value.write_parquet(path)
            return {"parquet": path.name, "library": library}
        except (
            Exception
        ) as error:  # each library has classes of its own for a column that Parquet has no type for
            print(f"{name} cannot be kept as Parquet: {error}", file=sys.stderr)
    return {
        "opaque": pickled(value, folder / f"{safe}.pickle"),
        "type": f"{type(value).__module__}.{type(value).__qualname__}",
        "repr": repr(value)[:REPR],
        "near_json": near_json(value),
    }


def of_airflow(value: Any, path: Path) -> Artifact:
    """What a task that ran in Airflow has left, and only Airflow can read: told as it was told there."""
    if value.data is not None:
        path.write_bytes(value.data)
    name = path.name if value.data is not None else None
    return {"opaque": name, "type": value.kind, "repr": value.text, "near_json": value.near_json}


def pickled(value: Any, path: Path) -> str | None:
    """The name of the file; None when the value cannot be pickled."""
    try:
        path.write_bytes(pickle.dumps(value))
    except Exception:  # a class may refuse in any way it likes; a record without the pickle is still a record
        path.unlink(missing_ok=True)
        return None
    return path.name


def near_json(value: Any) -> Any:
    """The value as JSON would have it, with texts for what JSON lacks; None when even that fails."""
    try:
        return json.loads(json.dumps(value, default=str))
    except (TypeError, ValueError, RecursionError):
        return None


def unreadable(error: Exception) -> Artifact:
    """In place of a value that was put out and cannot be read back."""
    text = f"{type(error).__name__}: {error}"[:REPR]
    return {"opaque": None, "type": "unreadable", "repr": text, "near_json": None}


@contextlib.contextmanager
def contexts_of(instance: dg.DagsterInstance) -> Iterator[None]:
    """Contexts that Dagster builds for reading a value take this instance, and make none of their own.

    They make two for each value, in memory, with all their tables: two thirds of the time of reading a small one.
    """
    name = "ephemeral_instance_if_missing"
    before = getattr(build_resources, name, None)
    if before is None:  # another version of Dagster, which may do it in another way
        yield
        return
    setattr(build_resources, name, lambda given: contextlib.nullcontext(given or instance))
    try:
        yield
    finally:
        setattr(build_resources, name, before)


class Values:
    """Reads what was put out as the next step would. None stands for nothing that was kept."""

    def __init__(
        self,
        defs: dg.Definitions,
        instance: dg.DagsterInstance,
        result: dg.JobExecutionResult,
        partition: str | None,
        folder: Path,
    ) -> None:
        self.defs, self.result, self.partition, self.folder = defs, result, partition, folder
        self.instance = instance
        self.loader = defs.get_asset_value_loader(instance)

    def of_asset(self, asset: dg.AssetKey, step: Step, label: str) -> Artifact | None:
        """The stored value of an asset that the step has materialized."""
        made = self.defs.get_assets_def(asset)
        outputs = {name for name, key in made.keys_by_output_name.items() if key == asset}
        kept = step.handled & outputs if len(made.keys) > 1 else step.handled
        if asset not in step.assets or not kept:
            return None
        partition = self.partition if made.partitions_def is not None else None

        def load() -> Any:
            with contexts_of(self.instance):
                return self.loader.load_asset_value(asset, partition_key=partition)

        return self.keep(load, label)

    def of_output(self, step_key: str, step: Step, output: str, label: str) -> Artifact | None:
        """The stored output of an op; an outcome stands for the value in it."""
        if output not in step.handled:
            return None
        node, index = split(step_key)

        def load() -> Any:
            found = self.result.output_for_node(node, output)
            value = found[index] if index else found
            return value.value if type(value).__name__ == "Outcome" else value

        return self.keep(load, label)

    def keep(self, load: Callable[[], Any], label: str) -> Artifact:
        try:
            return artifact(load(), self.folder, label)
        except (
            Exception
        ) as error:  # the project's IO manager may fail in any way; that is what we are here to see
            traceback.print_exc()
            return unreadable(error)
