"""Object stores that steps reach: a resource for each connection, with the methods of Airflow's S3 hook.

    @dg.asset
    def report(reports_s3: ObjectStore):
        reports_s3.load_string("day,revenue\\n", "revenue.csv", bucket_name="reports", replace=True)

The resource is configured with the text of a connection: a URI or JSON, as the variables `AIRFLOW_CONN_...` hold it.
Its login and password are the access key; region, endpoint and a bucket by default are in its extra. Without a key,
boto3 looks where it always looks: environment, profile, instance.
"""

import fnmatch
import gzip as gz
import os
import re
import shutil
from collections.abc import Callable, Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile, gettempdir
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import boto3
import dagster as dg
from botocore.exceptions import ClientError
from dagster_aws.s3 import S3Resource
from pydantic import PrivateAttr

from .connections import connection_from

KEY = frozenset({"aws_access_key_id", "aws_secret_access_key", "aws_session_token"})
KNOWN = frozenset({*KEY, "region_name", "endpoint_url", "verify", "profile_name", "service_config"})
OF_SERVICE = frozenset({"endpoint_url", "bucket_name"})
AT_ONCE = 1000  # keys that one request may delete


class ObjectStore(dg.ConfigurableResource):  # type: ignore[type-arg]  # it is its own value
    """Buckets of S3, or of a store that speaks like it."""

    connection: str
    _client: Any = PrivateAttr(default=None)

    # ------------------------------------------------------------------ the client
    def get_conn(self) -> Any:
        """The client of boto3."""
        if self._client is None:
            self._client = S3Resource(**self._settings()).get_client()
        return self._client

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """Close its connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _settings(self) -> dict[str, Any]:
        found = connection_from("", self.connection)
        extra = found.extra_dejson
        if unknown := sorted((extra.keys() - KNOWN) | (self._service().keys() - OF_SERVICE)):
            raise dg.Failure(f"the connection has {', '.join(unknown)} in its extra, which has no form here")
        return {
            "aws_access_key_id": extra.get("aws_access_key_id") or found.login or None,
            "aws_secret_access_key": extra.get("aws_secret_access_key") or found.password or None,
            "aws_session_token": extra.get("aws_session_token"),
            "region_name": extra.get("region_name"),
            "endpoint_url": self._service().get("endpoint_url", extra.get("endpoint_url")),
            "verify": extra.get("verify"),
            "profile_name": extra.get("profile_name"),
        }

    def _service(self) -> dict[str, Any]:
        of_services = connection_from("", self.connection).extra_dejson.get("service_config", {})
        return dict(of_services.get("s3", {}))

    def _place(self, bucket: str | None, key: str) -> tuple[str, str]:
        """Bucket and key. Without a bucket the key may be an address; else the bucket is that of the connection."""
        if bucket is None and (found := _parsed(key)):
            return found
        return self._bucket(bucket), key

    def _bucket(self, bucket: str | None) -> Any:
        return bucket or self._service().get("bucket_name") or bucket

    # ------------------------------------------------------------------ looking
    def check_for_bucket(self, bucket_name: str | None = None) -> bool:
        """Whether there is a bucket, and we may use it."""
        try:
            self.get_conn().head_bucket(Bucket=self._bucket(bucket_name))
        except ClientError as error:
            if int(error.response["Error"]["Code"]) in (403, 404):
                return False
            raise
        return True

    def head_object(self, key: str, bucket_name: str | None = None) -> Any:
        """What the store says of an object; None if there is none."""
        bucket, key = self._place(bucket_name, key)
        try:
            return self.get_conn().head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return None
            raise

    def check_for_key(self, key: str, bucket_name: str | None = None) -> bool:
        """Whether there is an object."""
        return self.head_object(key, bucket_name) is not None

    def list_keys(
        self,
        bucket_name: str | None = None,
        prefix: str | None = None,
        delimiter: str | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
        start_after_key: str | None = None,
        from_datetime: datetime | None = None,
        to_datetime: datetime | None = None,
        object_filter: Callable[..., list[Any]] | None = None,
        apply_wildcard: bool = False,
    ) -> list[Any]:
        """The keys below a prefix, in which `*` may stand for anything with `apply_wildcard`."""
        prefix = prefix or ""
        wild = apply_wildcard and "*" in prefix
        pages = self.get_conn().get_paginator("list_objects_v2")
        found: list[dict[str, Any]] = []
        for page in pages.paginate(
            Bucket=self._bucket(bucket_name),
            Prefix=prefix.split("*", 1)[0] if wild else prefix,
            Delimiter=delimiter or "",
            PaginationConfig={"PageSize": page_size, "MaxItems": max_items},
            StartAfter=start_after_key or "",
        ):
            objects = page.get("Contents", [])
            found += [o for o in objects if not wild or fnmatch.fnmatch(o["Key"], prefix)]
        if object_filter is not None:
            return object_filter(found, from_datetime, to_datetime)
        return [o["Key"] for o in found if _within(o["LastModified"], from_datetime, to_datetime)]

    def list_prefixes(
        self,
        bucket_name: str | None = None,
        prefix: str | None = None,
        delimiter: str | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
    ) -> list[str]:
        """What stands for folders below a prefix."""
        pages = self.get_conn().get_paginator("list_objects_v2")
        return [
            common["Prefix"]
            for page in pages.paginate(
                Bucket=self._bucket(bucket_name),
                Prefix=prefix or "",
                Delimiter=delimiter or "",
                PaginationConfig={"PageSize": page_size, "MaxItems": max_items},
            )
            for common in page.get("CommonPrefixes", [])
        ]

    def check_for_wildcard_key(
        self, wildcard_key: str, bucket_name: str | None = None, delimiter: str = ""
    ) -> bool:
        """Whether there is an object whose key matches."""
        return self.get_wildcard_key(wildcard_key, bucket_name, delimiter) is not None

    def get_wildcard_key(self, wildcard_key: str, bucket_name: str | None = None, delimiter: str = "") -> Any:
        """The first object whose key matches; None if there is none."""
        bucket, wildcard_key = self._place(bucket_name, wildcard_key)
        prefix = re.split(r"[\[*?]", wildcard_key, maxsplit=1)[0]
        keys = self.list_keys(bucket, prefix=prefix, delimiter=delimiter)
        return next((self.get_key(k, bucket) for k in keys if fnmatch.fnmatch(k, wildcard_key)), None)

    # ------------------------------------------------------------------ reading
    def get_key(self, key: str, bucket_name: str | None = None) -> Any:
        """The object of boto3. Raises ClientError if there is none."""
        bucket, key = self._place(bucket_name, key)
        settings = self._settings()
        session = boto3.session.Session(profile_name=settings.pop("profile_name"))
        found = session.resource("s3", **settings).Object(bucket, key)
        found.load()
        return found

    def read_key(self, key: str, bucket_name: str | None = None) -> str:
        """The text of an object."""
        return str(self.get_key(key, bucket_name).get()["Body"].read().decode("utf-8"))

    def download_file(
        self,
        key: str,
        bucket_name: str | None = None,
        local_path: str | None = None,
        preserve_file_name: bool = False,
        use_autogenerated_subdir: bool = True,
    ) -> str:
        """An object as a file of its own; gives the path."""
        bucket, key = self._place(bucket_name, key)
        client = self.get_conn()
        client.head_object(Bucket=bucket, Key=key)
        if not preserve_file_name:
            with NamedTemporaryFile(dir=local_path, prefix="airflow_tmp_", delete=False) as temporary:
                client.download_fileobj(bucket, key, temporary)
            return temporary.name
        folder = f"airflow_tmp_dir_{uuid4().hex[:8]}" if use_autogenerated_subdir else ""
        path = Path(local_path or gettempdir(), folder, key.rsplit("/", 1)[-1])
        if path.is_file():
            raise FileExistsError(path)
        path.parent.mkdir(exist_ok=True, parents=True)
        with path.open("wb") as file:
            client.download_fileobj(bucket, key, file)
        return str(path)

    # ------------------------------------------------------------------ writing
    def load_string(
        self,
        string_data: str,
        key: str,
        bucket_name: str | None = None,
        replace: bool = False,
        encrypt: bool = False,
        encoding: str | None = None,
        acl_policy: str | None = None,
        compression: str | None = None,
    ) -> None:
        """A text as an object. Raises ValueError if there is one, unless it may be replaced."""
        data = string_data.encode(encoding or "utf-8")
        if compression not in (None, "gzip"):
            raise NotImplementedError(f"no compression {compression!r}, only gzip")
        packed = gz.compress(data) if compression else data
        self.load_bytes(packed, key, bucket_name, replace, encrypt, acl_policy)

    def load_bytes(
        self,
        bytes_data: bytes,
        key: str,
        bucket_name: str | None = None,
        replace: bool = False,
        encrypt: bool = False,
        acl_policy: str | None = None,
    ) -> None:
        """Bytes as an object, likewise."""
        self.load_file_obj(BytesIO(bytes_data), key, bucket_name, replace, encrypt, acl_policy)

    def load_file_obj(
        self,
        file_obj: Any,
        key: str,
        bucket_name: str | None = None,
        replace: bool = False,
        encrypt: bool = False,
        acl_policy: str | None = None,
    ) -> None:
        """What an open file holds as an object, likewise."""
        bucket, key = self._place(bucket_name, key)
        if not replace and self.check_for_key(key, bucket):
            raise ValueError(f"The key {key} already exists.")
        extra = {"ServerSideEncryption": "AES256"} if encrypt else {}
        extra |= {"ACL": acl_policy} if acl_policy else {}
        self.get_conn().upload_fileobj(file_obj, bucket, key, ExtraArgs=extra)

    def load_file(
        self,
        filename: str | os.PathLike[str],
        key: str,
        bucket_name: str | None = None,
        replace: bool = False,
        encrypt: bool = False,
        gzip: bool = False,
        acl_policy: str | None = None,
    ) -> None:
        """A file as an object, likewise; with `gzip`, what is packed lies beside the file."""
        name = os.fspath(filename)
        bucket, key = self._place(bucket_name, key)
        if not replace and self.check_for_key(key, bucket):
            raise ValueError(f"The key {key} already exists.")
        if gzip:
            with open(name, "rb") as plain, gz.open(f"{name}.gz", "wb") as packed:
                shutil.copyfileobj(plain, packed)
            name = f"{name}.gz"
        with open(name, "rb") as file:
            self.load_file_obj(file, key, bucket, replace, encrypt, acl_policy)

    def delete_objects(self, bucket: str, keys: str | Iterable[str]) -> None:
        """Delete objects."""
        left = [keys] if isinstance(keys, str) else list(keys)
        while left:
            chunk, left = left[:AT_ONCE], left[AT_ONCE:]
            answer = self.get_conn().delete_objects(
                Bucket=bucket, Delete={"Objects": [{"Key": key} for key in chunk]}
            )
            if "Errors" in answer:
                raise RuntimeError(f"Errors when deleting: {[one['Key'] for one in answer['Errors']]}")


def object_store(conn_id: str) -> ObjectStore:
    """The store of a connection whose name is known only now, or of a helper function that no step gives it.

    It is one for all who ask in this process.
    """
    variable = f"AIRFLOW_CONN_{conn_id.upper()}"
    if variable not in os.environ:
        raise dg.Failure(f"set {variable} in the environment", allow_retries=False)
    text = os.environ[variable]
    return _SHARED.setdefault(text, ObjectStore(connection=text))


_SHARED: dict[str, ObjectStore] = {}


def _parsed(address: str) -> tuple[str, str] | None:
    """Bucket and key of `s3://bucket/key`, or of an https address of S3; None for a plain key."""
    start, _, rest = address.partition("//")
    if re.match(r"s3[na]?:", start, re.IGNORECASE):
        found = urlsplit(address, allow_fragments=False)
        return (found.netloc, found.path.lstrip("/")) if found.netloc else None
    if start != "https:":
        return None
    words = rest.split(".")
    if words[0] == "s3":
        _, bucket, key = rest.split("/", 2)
        return bucket, key
    return (words[0], rest.partition("/")[2]) if words[1:2] == ["s3"] else None


def _within(moment: datetime, start: datetime | None, end: datetime | None) -> bool:
    return (start is None or moment > start) and (end is None or moment <= end)
