"""Real services for tests/ and compat_tests/: each starts when a test asks for it, once for each pytest worker."""

import os
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TypeVar

import pytest

from migrator.errors import ServiceError
from migrator.services import ObjectStore, Server, object_store
from migrator.services import postgres as throw_away
from migrator.services.cluster import find_programs
from migrator.services.store import command

T = TypeVar("T")
pytest_plugins = ["migrator.pytest_plugin", "pytester"]  # the first also where the package is not installed

# A shell that starts the suite in the background has it ignore Ctrl-C, and all that the tests start would, too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def needed(missing: ServiceError) -> None:
    """On somebody's machine a test without its service is skipped; in CI it fails: it would prove nothing."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(str(missing))


def running(service: AbstractContextManager[T]) -> Iterator[T]:
    with service as started:
        yield started


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """PostgreSQL; `postgres.url("name")` is a database of its own, so tests choose names that nobody else has."""
    try:
        find_programs()
    except ServiceError as missing:
        needed(missing)
    yield from running(throw_away())


@pytest.fixture(scope="session")
def s3() -> Iterator[ObjectStore]:
    """An S3 API at `s3.endpoint_url`, with `s3.env` for the environment; tests choose bucket names of their own."""
    try:
        command(0)
    except ServiceError as missing:
        needed(missing)
    yield from running(object_store())
