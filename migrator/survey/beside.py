"""Packages that DAGs import and that lie beside the scanned folder: a scan of the folder above would know them."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from migrator.findings import Finding
from migrator.ir import Origin
from migrator.survey.unit import Json

ABOVE = 2  # folders above the scanned one, unless a repository ends before
CODE = ("", "plugins", "src")  # below them, where imports start


def beside(root: Path, packages: Iterable[str]) -> dict[str, str]:
    """The packages among these that are there, with their place as seen from the scanned folder."""
    places = [place for above in _above(root) for place in _places(above)]
    found = {}
    for name in packages:
        place = (
            next((place for place in places if _holds(place, name)), None) if name.isidentifier() else None
        )
        if place is not None:
            found[name] = os.path.relpath(place / name, root)
    return found


def _above(root: Path) -> Iterator[Path]:
    for _ in range(ABOVE):
        if (root / ".git").exists() or root.parent == root:
            return
        root = root.parent
        yield root


def _places(folder: Path) -> Iterator[Path]:
    return (folder / inner for inner in CODE)


def _holds(place: Path, name: str) -> bool:
    """A module, or a folder with one in it."""
    try:
        return (place / f"{name}.py").is_file() or any((place / name).glob("*.py"))
    except OSError:  # what may not be looked into is not offered either
        return False


def findings(heads: Iterable[Json], found: dict[str, str]) -> list[Finding]:
    """SC090 for each of these packages, at the first DAG that needs it."""
    first: dict[str, Json] = {}
    count: dict[str, int] = {}
    for head in heads:
        for name in found.keys() & set(head["inventory"]["packages"]):
            count[name] = count.get(name, 0) + 1
            known = first.get(name)
            if known is None or (head["file"], head["line"]) < (known["file"], known["line"]):
                first[name] = head
    return [
        Finding(
            "SC090",
            f"imports {name}, which is not in the scanned folder but in {found[name]}"
            + (f", as {count[name] - 1} more do" if count[name] > 1 else ""),
            Origin(head["file"], head["line"]),
            head["dag_id"],
        )
        for name, head in sorted(first.items())
    ]
