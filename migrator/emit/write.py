"""Writes a generated project without ever losing what a person wrote.

A file whose digest differs from the one in `migration.json` was edited by a person, and stays as it is
unless forced. A new project appears as a whole by one rename. In one that exists each file is replaced by a
rename and the manifest comes last, so that a run that is killed leaves whole files only, and the next run
finishes its work.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from migrator import manifest as manifests
from migrator.emit.diff import unified
from migrator.errors import UsageError
from migrator.manifest import Manifest


@dataclass(frozen=True)
class Change:
    """What a write does to one file, or would do.

    `kind` is "new", "changed", "unchanged", "edited" (a person changed it: kept unless forced) or "stale" (no
    longer generated: removed). An edited file with `after` None is one that is no longer generated.
    `pending` is False where there is nothing to do or to say: the file is up to date, or it was edited and
    the generator has nothing new for it since the person last saw its text.
    """

    path: str  # POSIX, relative to the project
    kind: str
    before: str | None
    after: str | None
    pending: bool = True

    @property
    def diff(self) -> str:
        """From what is there to what is generated."""
        return unified(self.path, self.before or "", self.after or "")


@dataclass(frozen=True)
class WriteResult:
    """What was done. `kept` has the edited files that were left alone."""

    changes: tuple[Change, ...]
    written: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[Change, ...]


def plan_changes(out: Path, files: Mapping[str, str], manifest: Manifest) -> list[Change]:
    """What `write` would do, by path, the manifest last. Reads only. UsageError if `out` isn't ours."""
    before = _previous(out)
    paths = sorted({*files, *before.files})
    changes = [_change(out, path, files.get(path), before.files.get(path)) for path in paths]
    changes = [c for c in changes if c.before is not None or c.after is not None]
    return [*changes, _manifest_change(out, _recorded(changes, before, manifest))]


def write(out: Path, files: Mapping[str, str], manifest: Manifest, *, force: bool = False) -> WriteResult:
    """Bring the project to `files`. `manifest.files` is filled in here.

    With `force`, edited files are overwritten, or removed if they are no longer generated.
    """
    changes = plan_changes(out, files, manifest)
    kept = tuple(c for c in changes if c.kind == "edited" and not force)
    doing = [c for c in changes if c.kind != "unchanged" and c not in kept]
    with _staging(out) as staging:
        for change in doing:
            if change.after is not None:
                _store(staging / change.path, change.after)
        _publish(staging, out, doing)
    return WriteResult(
        changes=tuple(changes),
        written=tuple(c.path for c in doing if c.after is not None),
        removed=tuple(c.path for c in doing if c.after is None),
        kept=kept,
    )


def digest(text: str) -> str:
    """The sha256 of a text as it is stored, whatever a version control system made of its line ends."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode("utf-8", "surrogateescape")).hexdigest()


def _previous(out: Path) -> Manifest:
    """The manifest that is there. Raises UsageError for a folder with other people's files."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is not a folder")
    found = manifests.read(out)
    if found is None and out.exists() and any(out.iterdir()):
        raise UsageError(f"{out} is not empty and has no {manifests.NAME}: give another folder")
    return found or Manifest()


def _change(out: Path, path: str, after: str | None, recorded: str | None) -> Change:
    before = _read(out, path)
    if before is None:
        return Change(path, "new", before, after)
    if before == after:
        return Change(path, "unchanged", before, after, pending=False)
    if recorded != digest(before):
        return Change(path, "edited", before, after, pending=after is not None and recorded != digest(after))
    return Change(path, "stale" if after is None else "changed", before, after)


def _manifest_change(out: Path, manifest: Manifest) -> Change:
    before, after = _read(out, manifests.NAME), manifest.dumps()
    if before is None:
        return Change(manifests.NAME, "new", before, after)
    same = before == after
    return Change(manifests.NAME, "unchanged" if same else "changed", before, after, pending=not same)


def _recorded(changes: list[Change], before: Manifest, manifest: Manifest) -> Manifest:
    """The manifest with the digest of each text as generated. Edited files no longer generated stay."""
    generated = {c.path: digest(c.after) for c in changes if c.after is not None}
    left = {c.path: before.files[c.path] for c in changes if c.kind == "edited" and c.after is None}
    return replace(manifest, files={**generated, **left})


def _read(out: Path, path: str) -> str | None:
    inside = PurePosixPath(path)
    if inside.is_absolute() or ".." in inside.parts or not inside.parts:
        raise UsageError(f"{path!r} is not a path inside the project")
    target = out / path
    try:
        return target.read_bytes().decode("utf-8", "surrogateescape").replace("\r\n", "\n")
    except FileNotFoundError:
        return None
    except (IsADirectoryError, NotADirectoryError) as error:
        raise UsageError(f"{target} cannot be a file: {error.strerror}") from error


@contextmanager
def _staging(out: Path) -> Iterator[Path]:
    """A folder on the same file system, gone afterwards; the leftover of a killed run is removed first."""
    folder = out.parent / f".{out.name}.migrating"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _store(target: Path, text: str) -> None:
    """On disk, and not only in the system's cache, before it may replace another file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        file.write(text.encode("utf-8", "surrogateescape"))
        file.flush()
        os.fsync(file.fileno())
        if text.startswith("#!") and not target.name.endswith(".py"):  # a script that something starts
            os.fchmod(file.fileno(), 0o777 & ~_umask())


def _umask() -> int:
    """What this process takes away from the rights of new files."""
    found = os.umask(0o077)
    os.umask(found)
    return found


def _publish(staging: Path, out: Path, changes: list[Change]) -> None:
    if changes and not (out.exists() and any(out.iterdir())):
        if out.exists():
            out.rmdir()
        staging.rename(out)
        return
    for change in changes:  # the manifest is the last of them
        target = out / change.path
        if change.after is None:
            target.unlink(missing_ok=True)
            _remove_empty(target.parent, out)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(staging / change.path, target)


def _remove_empty(folder: Path, out: Path) -> None:
    while folder != out and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
