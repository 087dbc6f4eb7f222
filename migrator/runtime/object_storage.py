"""Paths in object stores, as Airflow's `ObjectStoragePath` has them: `s3://connection@bucket/key`, `file:///data`.

The work is done by universal_pathlib and the file system of the store (`s3fs`, `gcsfs`, `adlfs`), which have to be
installed. A path with a connection is opened with what that holds; all others with what the machine has.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from upath import UPath

from .connections import Connection, connection

# What a path tells without a look at its store: no connection is asked for.
OF_THE_NAME = frozenset(
    (
        *(
            "anchor",
            "as_posix",
            "as_uri",
            "drive",
            "is_absolute",
            "is_relative_to",
            "joinpath",
            "joinuri",
            "match",
        ),
        *(
            "name",
            "parent",
            "parents",
            "parts",
            "path",
            "protocol",
            "relative_to",
            "root",
            "stem",
            "storage_options",
            "suffix",
        ),
        *("suffixes", "with_name", "with_segments", "with_stem", "with_suffix"),
    )
)


class ObjectStoragePath:
    """A path, with all that a `UPath` has; what that answers with paths, this answers with paths of its own kind."""

    conn_id: str | None
    upath: UPath

    def __init__(
        self, *parts: Any, protocol: str | None = None, conn_id: str | None = None, **options: Any
    ) -> None:
        first, *rest = parts or ("",)
        if isinstance(first, ObjectStoragePath):
            conn_id, first = conn_id or first.conn_id, first.upath
        else:
            url = urlsplit(os.fspath(first))
            given, named, host = url.netloc.rpartition("@")
            conn_id = conn_id or given or None
            first = url._replace(netloc=host).geturl() if named else first
        self.conn_id, self.upath = conn_id, UPath(first, *rest, protocol=protocol, **options)

    @cached_property
    def opened(self) -> UPath:
        """The same with what the connection holds, which is read now."""
        if not self.conn_id:
            return self.upath
        held = options_of(str(self.upath.protocol), connection(self.conn_id))
        options = {**held, **self.upath.storage_options}
        return UPath(str(self.upath), protocol=self.upath.protocol, **options)

    def _like(self, found: Any) -> Any:
        """Paths among an answer are of this store."""
        if isinstance(found, UPath):
            made = object.__new__(ObjectStoragePath)
            made.conn_id, made.upath = self.conn_id, found
            return made
        if isinstance(found, Iterator) and not hasattr(found, "read"):
            return map(self._like, found)
        return found

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = getattr(self.upath if name in OF_THE_NAME else self.opened, name)
        if not callable(found):
            return self._like(found)
        return lambda *given, **named: self._like(found(*map(_plain, given), **named))

    def __truediv__(self, name: Any) -> "ObjectStoragePath":
        return self._like(self.upath / _plain(name))  # type: ignore[no-any-return]

    def __reduce__(self) -> tuple[Callable[..., "ObjectStoragePath"], tuple[str]]:
        return ObjectStoragePath, (str(self),)

    def __str__(self) -> str:
        text = str(self.upath)
        scheme, _, rest = text.partition("://")
        return f"{scheme}://{self.conn_id}@{rest}" if self.conn_id and rest else text

    def __repr__(self) -> str:
        return f"ObjectStoragePath({str(self)!r})"

    def __fspath__(self) -> str:
        return str(self)

    def __eq__(self, other: object) -> bool:
        return self.samestore(other) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __lt__(self, other: "ObjectStoragePath") -> bool:
        return str(self) < str(other)

    # ------------------------------------------------------------------ what only Airflow's path has
    def samestore(self, other: object) -> bool:
        """Whether another path is in the same store, by the same connection."""
        return (
            isinstance(other, ObjectStoragePath)
            and self.protocol == other.protocol
            and self.conn_id == other.conn_id
        )

    @property
    def bucket(self) -> str:
        """The bucket or container."""
        return urlsplit(str(self.upath)).netloc

    @property
    def container(self) -> str:
        """Likewise."""
        return self.bucket

    @property
    def key(self) -> str:
        """The path in the bucket."""
        return urlsplit(str(self.upath)).path.lstrip("/")

    @property
    def namespace(self) -> str:
        """The store and the bucket."""
        return f"{self.protocol}://{self.bucket}" if self.bucket else str(self.protocol)

    def size(self) -> int:
        """In bytes."""
        return int(self.fs.size(self.path))

    def checksum(self) -> Any:
        """Of what is there now."""
        return self.fs.checksum(self.path)

    def ukey(self) -> str:
        """A text that is another one once what is there has changed."""
        return str(self.fs.ukey(self.path))

    def sign(self, expiration: int = 100, **options: Any) -> str:
        """A URL that whoever has it may read for some seconds."""
        return str(self.fs.sign(self.path, expiration=expiration, **options))

    def read_block(self, offset: int, length: int, delimiter: bytes | None = None) -> bytes:
        """A piece of the content."""
        return bytes(self.fs.read_block(self.path, offset, length, delimiter))

    def replace(self, target: Any) -> "ObjectStoragePath":
        """Rename it; what is there already goes."""
        return self.rename(target)  # type: ignore[no-any-return]

    def copy(self, dst: Any, recursive: bool = False, **options: Any) -> None:
        """To another path, maybe in another store; a folder only with `recursive`."""
        target = dst if isinstance(dst, ObjectStoragePath) else ObjectStoragePath(dst)
        if self.samestore(target):
            self.fs.copy(self.path, target.path, recursive=recursive, **options)
        elif self.protocol in ("", "file"):
            target.fs.put(self.path, target.path, recursive=recursive, **options)
        elif target.protocol in ("", "file"):
            self.fs.get(self.path, target.path, recursive=recursive, **options)
        elif self.is_dir():
            for place in self.fs.find(self.path):
                self._stream(self._like(self.upath.with_segments(f"{self.protocol}://{place}")), target)
        else:
            self._stream(self, target)

    def _stream(self, one: "ObjectStoragePath", target: "ObjectStoragePath") -> None:
        """A file of this store; in a folder its name is the same there."""
        into = not target.key or target.key.endswith("/") or target.is_dir()
        place = target / one.key if into else target
        with one.open("rb") as old, place.open("wb") as new:
            shutil.copyfileobj(old, new)

    def move(self, path: Any, recursive: bool = False, **options: Any) -> None:
        """Likewise; what was here goes."""
        target = path if isinstance(path, ObjectStoragePath) else ObjectStoragePath(path)
        if self.samestore(target):
            self.fs.move(self.path, target.path, recursive=recursive, **options)
            return
        self.copy(target, recursive=recursive, **options)
        self.unlink()


def _plain(given: Any) -> Any:
    return given.upath if isinstance(given, ObjectStoragePath) else given


def options_of(protocol: str, held: Connection) -> dict[str, Any]:
    """What a connection means to the file system of a store. Raises ValueError where that is not known."""
    extra = held.extra_dejson
    if protocol in ("s3", "s3a", "s3n"):
        return _given(_s3(held, extra))
    if protocol in ("gs", "gcs"):
        keys = extra.get("keyfile_dict") or extra.get("extra__google_cloud_platform__keyfile_dict")
        token = json.loads(keys) if isinstance(keys, str) else keys or extra.get("key_path")
        return _given({"token": token, "project": extra.get("project")})
    if protocol in ("abfs", "abfss", "adl", "az"):
        names = ("connection_string", "sas_token", "account_url", "tenant_id")
        return _given(
            {"account_name": held.login, "account_key": held.password, **{n: extra.get(n) for n in names}}
        )
    if protocol in ("", "file"):
        return {}
    raise ValueError(f"what the connection {held.conn_id} holds for {protocol}:// is not known here")


def _s3(held: Connection, extra: Mapping[str, Any]) -> dict[str, Any]:
    if bad := sorted({"role_arn", "profile_name", "session_kwargs"} & set(extra)):
        raise ValueError(
            f"the connection {held.conn_id} has {bad[0]}: set that for the whole machine instead"
        )
    place = extra.get("endpoint_url") or extra.get("service_config", {}).get("s3", {}).get("endpoint_url")
    client = _given({"endpoint_url": place, "region_name": extra.get("region_name")})
    return {
        "key": held.login or extra.get("aws_access_key_id"),
        "secret": held.password or extra.get("aws_secret_access_key"),
        "token": extra.get("aws_session_token"),
        "client_kwargs": client or None,
    }


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}
