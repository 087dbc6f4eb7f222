"""A file is written whole or not at all: beside its place, then moved there. Nothing is left behind by a failure."""

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path


class Changed(OSError):
    """Somebody else wrote the file since it was read."""


def write(path: Path, data: bytes, *, before: bytes | None = None, check: bool = False) -> None:
    """Replace a file. With `check`, only while it still holds `before` (None: while there is none).

    Raises OSError, which says why, for a link, a folder, a file that may not be written, and a full disk.
    """
    old = _mode(path)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".new", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, _usual() if old is None else old)
        with _alone(path.parent) if check else nullcontext():
            if check and _held(path) != before:
                raise Changed(errno.EAGAIN, "was changed by somebody else in between", str(path))
            os.replace(name, path)
    except BaseException:  # Ctrl-C too: no half file stays
        os.unlink(name)
        raise


def _mode(path: Path) -> int | None:
    """The permissions of the file, None where there is none."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        if path.parent.is_dir():
            return None
        raise FileNotFoundError(errno.ENOENT, f"there is no folder {path.parent}", str(path)) from None
    if stat.S_ISLNK(found.st_mode):
        target = os.readlink(path)
        raise OSError(errno.EINVAL, f"a symbolic link; name the file itself, {target}", str(path))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    if not found.st_mode & 0o222 or not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "is read-only", str(path))
    return stat.S_IMODE(found.st_mode)


def _usual() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One writer of ours at a time in a folder, where the system has such locks; no file is made for it."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a network drive without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _held(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
