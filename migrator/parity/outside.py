"""What a side writes outside its sandbox, as far as the plan says where to look: `sandbox: {watch: [folders]}`.

Both sides share such a place: what the first one left there is what the second one finds, and nobody can say whether
they did the same. So it is told, and is no pass.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from migrator.errors import UsageError
from migrator.parity.result import Item
from migrator.parity.verdict import NOT_COMPARABLE, Outcome

NAME = "outside.json"  # beside the records of a side
ITEM = "outside the sandbox"
SHOWN = 10  # files that are named
State = dict[str, tuple[int, int, int]]


def roots(watch: Sequence[str], plan_folder: Path, sandbox: Path) -> list[Path]:
    """The folders to look at; the sandbox's own is no part of one. Raises UsageError for one that holds it."""
    found = [(plan_folder / os.path.expanduser(name)).resolve() for name in watch]
    if above := [str(root) for root in found if root in (sandbox, *sandbox.parents)]:
        raise UsageError(
            f"the sandbox is below {', '.join(above)}, which the plan watches: give --work another folder"
        )
    return found


@contextmanager
def watched(folders: Sequence[Path], runs: Path) -> Iterator[None]:
    """Writes down what has changed in these folders meanwhile, beside the records below `runs`."""
    before = _state(folders)
    yield
    after = _state(folders)
    kinds = {
        "new": after.keys() - before.keys(),
        "changed": {path for path in after.keys() & before.keys() if after[path] != before[path]},
        "gone": before.keys() - after.keys(),
    }
    found = {path: kind for kind, paths in kinds.items() for path in paths}
    if found:
        runs.mkdir(parents=True, exist_ok=True)
        (runs / NAME).write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def item(names: Sequence[str], runs: Sequence[Path]) -> Item | None:
    """What was written outside, by the name of the side whose records are below each folder; None for nothing."""
    told = [
        f"{name}: {_listed(found)}"
        for name, place in zip(names, runs, strict=True)
        if (found := _read(place))
    ]
    if not told:
        return None
    return Item(ITEM, Outcome(NOT_COMPARABLE, "; ".join(told) + "; both sides share these places"))


def _state(folders: Sequence[Path]) -> State:
    found: State = {}
    for folder in folders:
        for place, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(place, name)
                try:
                    now = os.lstat(path)
                except OSError:  # gone in between
                    continue
                found[path] = (now.st_size, now.st_mtime_ns, now.st_ino)
    return found


def _read(runs: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((runs / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def _listed(found: dict[str, str]) -> str:
    named = [f"{path} ({kind})" for path, kind in sorted(found.items())]
    more = [f"{len(named) - SHOWN} more"] if len(named) > SHOWN else []
    return ", ".join([*named[:SHOWN], *more])
