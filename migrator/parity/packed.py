"""Compressed files: what counts is what is in them. Their own headers tell of the time at which they were written."""

import bz2
import gzip
import lzma
import shutil
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from migrator.parity.verdict import How, Outcome

OPENERS: dict[str, Callable[[Path], Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
Comparer = Callable[[Path, Path, How], Outcome]


def compare(left: Path, right: Path, how: How, inner: Comparer, otherwise: Comparer) -> Outcome:
    """The verdict on what is in both; that on the files as they are, where one cannot be unpacked."""
    with tempfile.TemporaryDirectory(prefix="migrate-unpacked-") as folder:
        try:
            places = [
                _unpacked(path, Path(folder, side)) for side, path in (("left", left), ("right", right))
            ]
        except (OSError, EOFError, zlib.error, lzma.LZMAError):
            return otherwise(left, right, how)
        return inner(places[0], places[1], how)


def _unpacked(path: Path, folder: Path) -> Path:
    """The file in a folder, under its name without `.gz`."""
    folder.mkdir()
    place = folder / path.stem
    with OPENERS[path.suffix.lower()](path) as source, place.open("wb") as target:
        shutil.copyfileobj(source, target)
    return place
