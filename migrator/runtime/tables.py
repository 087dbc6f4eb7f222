"""Tables as files: one for each partition of an asset, in Parquet or CSV, in a folder or a bucket.

    ParquetFiles(base="s3://lake/tables")

writes the day 2024-01-03 of the asset `shop/orders` to `s3://lake/tables/shop/orders/2024-01-03.parquet`; keys of
several dimensions are folders. A step that reads several partitions gets their rows in one table. A file is there
whole or not at all. What is no pandas table is pickled beside, as `<name>.parquet.pickle`, and the metadata of the
asset says so.
"""

import io
import os
import pickle
from abc import abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar
from uuid import uuid4

import dagster as dg
import pandas as pd
from upath import UPath

from .partition_rows import rows_by_partition

SHOWN = 5  # rows of a preview
CELL = 80  # characters of a value in it


class _Files(dg.UPathIOManager):
    """Where each partition is, which Dagster knows, and what is written there."""

    def __init__(self, base: UPath, files: "TableFiles") -> None:
        self.extension = files.extension
        self.files = files
        super().__init__(base)

    def get_path_for_partition(
        self, context: dg.InputContext | dg.OutputContext, path: UPath, partition: str
    ) -> UPath:
        """Raises ValueError for a key that would be a place outside of the asset's own folder."""
        if ".." in partition.split("/"):
            raise ValueError(f"the partition {partition!r} cannot be the name of a file")
        return super().get_path_for_partition(context, path, partition)

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """A file for each partition, where one run made the rows of several."""
        if not context.has_asset_partitions or len(context.asset_partition_keys) < 2:
            super().handle_output(context, obj)
            return
        if not isinstance(obj, pd.DataFrame):
            what = f"a {type(obj).__name__} cannot be divided among {len(context.asset_partition_keys)} partitions"
            raise dg.Failure(f"{'/'.join(context.asset_key.path)}: {what}", allow_retries=False)
        paths = self._get_paths_for_partitions(context)
        for key, part in rows_by_partition(context, obj).items():
            self.make_directory(paths[key].parent)
            self.dump_to_path(context, part, paths[key])
        context.add_output_metadata(self.get_metadata(context, obj))

    def dump_to_path(self, context: dg.OutputContext, obj: Any, path: UPath) -> None:
        """Write a table, or pickle what is none; what the other form left is removed."""
        beside = _pickle_of(path)
        if not isinstance(obj, pd.DataFrame):
            if obj is not None:
                context.log.warning(f"a {type(obj).__name__} is no table, and is pickled to {beside}")
            _put(beside, pickle.dumps(obj))
            path.unlink(missing_ok=True)
            return
        try:
            data = self.files.dumped(obj)
        except Exception as error:  # pandas and pyarrow have many classes for what a file cannot hold
            what = f"{'/'.join(context.asset_key.path)} cannot be kept as {self.extension}: {error}"
            raise dg.Failure(what, allow_retries=False) from error
        _put(path, data)
        beside.unlink(missing_ok=True)

    def load_from_path(self, context: dg.InputContext, path: UPath) -> Any:
        """Raises FileNotFoundError where the partition was never made."""
        try:
            return self.files.loaded(path.read_bytes())
        except FileNotFoundError:
            return pickle.loads(_pickle_of(path).read_bytes())

    def load_input(self, context: dg.InputContext) -> Any:
        """One table of all partitions that are read, in their order; other values by their keys."""
        found = super().load_input(context)
        several = context.has_asset_key and context.has_asset_partitions
        if not several or len(context.asset_partition_keys) < 2 or not isinstance(found, Mapping):
            return found
        tables = list(found.values())
        if not tables or not all(isinstance(one, pd.DataFrame) for one in tables):
            return found
        return pd.concat(tables, ignore_index=True)

    def get_metadata(self, context: dg.OutputContext, obj: Any) -> dict[str, Any]:
        """Rows, columns and the first of them."""
        if obj is None:
            return {}
        if not isinstance(obj, pd.DataFrame):
            return {"format": f"pickle of a {type(obj).__name__}"}
        columns = [dg.TableColumn(str(name), str(kind)) for name, kind in obj.dtypes.items()]
        return {
            "format": self.files.extension.lstrip("."),
            "dagster/row_count": len(obj),
            "dagster/column_schema": dg.TableSchema(columns),
            "preview": dg.MetadataValue.md(_preview(obj)),
        }


class TableFiles(dg.ConfigurableIOManager):
    """What Parquet and CSV have in common. `base`: a folder, or a URI such as `s3://bucket/folder`."""

    base: str
    extension: ClassVar[str]

    @cached_property
    def _files(self) -> _Files:
        if not self.base:
            raise ValueError("`base` is empty: it says where the tables are")
        return _Files(UPath(self.base), self)

    @abstractmethod
    def dumped(self, table: pd.DataFrame) -> bytes:
        """The content of its file."""

    @abstractmethod
    def loaded(self, data: bytes) -> pd.DataFrame:
        """The table of a file."""

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Write the partition."""
        self._files.handle_output(context, obj)

    def load_input(self, context: dg.InputContext) -> Any:
        """Read the partitions."""
        return self._files.load_input(context)


class ParquetFiles(TableFiles):
    """Keeps types, and the index."""

    extension: ClassVar[str] = ".parquet"

    def dumped(self, table: pd.DataFrame) -> bytes:
        return bytes(table.to_parquet())

    def loaded(self, data: bytes) -> pd.DataFrame:
        return pd.read_parquet(io.BytesIO(data))


class CsvFiles(TableFiles):
    """For people and other programs: without the index, and types are guessed anew when it is read."""

    extension: ClassVar[str] = ".csv"

    def dumped(self, table: pd.DataFrame) -> bytes:
        return table.to_csv(index=False).encode()

    def loaded(self, data: bytes) -> pd.DataFrame:
        try:
            return pd.read_csv(io.BytesIO(data))
        except pd.errors.EmptyDataError:  # of a table without columns
            return pd.DataFrame()


def _pickle_of(path: UPath) -> UPath:
    return path.with_name(f"{path.name}.pickle")


def _put(path: UPath, data: bytes) -> None:
    """At once: a new name on a disk, one request to a store."""
    if path.protocol not in ("", "file", "local"):
        path.write_bytes(data)
        return
    part = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        part.write_bytes(data)
        os.replace(part.path, path.path)
    finally:
        part.unlink(missing_ok=True)


def _preview(table: pd.DataFrame) -> str:
    """The first rows as a table of Markdown."""
    head = table.head(SHOWN)
    rows = [list(map(str, head.columns)), ["---"] * len(head.columns)]
    rows += [[_cell(value) for value in row] for row in head.itertuples(index=False)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _cell(value: Any) -> str:
    text = " ".join(str(value).split())
    return (text if len(text) <= CELL else text[: CELL - 1] + "…").replace("|", "\\|")
