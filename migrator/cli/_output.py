"""Where a report goes: to standard output, or into a file that is complete as soon as it is there."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

from migrator.errors import UsageError


@contextmanager
def opened(path: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that appears when it is complete."""
    if path is None:
        yield sys.stdout
        return
    if path.exists() and not path.is_file():  # /dev/stdout, a pipe: it stays what it is
        with path.open("w", encoding="utf-8") as out:
            yield out
        return
    path = path.resolve()  # the file that a link leads to, not the link
    beside = path.with_name(f".{path.name[:100]}.{os.getpid()}.new")
    try:
        with beside.open("w", encoding="utf-8") as out:
            yield out
        beside.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    finally:
        beside.unlink(missing_ok=True)


def write(text: str, path: Path | None) -> None:
    """A whole report; the folder of its file is made."""
    if path is None:
        click.echo(text, nl=False)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with opened(path) as out:
        out.write(text)
