"""A bucket for one side of a comparison, or a prefix in one that is there, on a store that speaks like S3."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from migrator.errors import UsageError
from migrator.findings.redact import redact
from migrator.record import dataclass

AWS = "aws"  # in place of an address


@dataclass(frozen=True)
class OwnBucket:
    """`store`: the address of the API, or `aws`; keys and region are where boto3 looks.

    `within`: a bucket that stays.
    """

    store: str
    name: str
    within: str | None = None

    @property
    def bucket(self) -> str:
        """The bucket that the side works in."""
        return self.within or self.name

    @property
    def prefix(self) -> str:
        """What the keys of the side begin with; nothing where the bucket is its own."""
        return f"{self.name}/" if self.within else ""

    @cached_property
    def values(self) -> Mapping[str, str]:
        """What stands for it in a plan."""
        return {"bucket": self.bucket, "prefix": self.prefix}

    def create(self) -> None:
        """Empty, whatever was left in it. Raises UsageError where the store refuses."""
        self._try(self._create)

    def drop(self) -> None:
        """With all that is in it."""
        self._try(self._drop)

    def save(self, folder: Path) -> None:
        """Its objects as files, by their keys below the prefix."""
        self._try(lambda bucket: self._save(bucket, folder))

    def _create(self, bucket: Any) -> None:
        if self.within is None and not self._is_there(bucket):
            region = bucket.meta.client.meta.region_name
            plain = region in (None, "us-east-1", "aws-global")
            bucket.create(**({} if plain else {"CreateBucketConfiguration": {"LocationConstraint": region}}))
        bucket.objects.filter(Prefix=self.prefix).delete()

    def _drop(self, bucket: Any) -> None:
        if self._is_there(bucket):
            bucket.objects.filter(Prefix=self.prefix).delete()
            if self.within is None:
                bucket.delete()

    def _is_there(self, bucket: Any) -> bool:
        return bucket.creation_date is not None

    def _save(self, bucket: Any, folder: Path) -> None:
        keys = [one.key for one in bucket.objects.filter(Prefix=self.prefix)]
        for key in keys:
            place = folder / _file_of(key, keys).removeprefix(self.prefix).lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            bucket.download_file(key, str(place))

    def _try(self, work: Callable[[Any], None]) -> None:
        try:
            import boto3
            from boto3.exceptions import Boto3Error
            from botocore.exceptions import BotoCoreError, ClientError
        except ImportError as error:
            raise UsageError("sandbox.store: pip install boto3") from error
        try:
            work(
                boto3.resource("s3", endpoint_url=None if self.store == AWS else self.store).Bucket(
                    self.bucket
                )
            )
        except (Boto3Error, BotoCoreError, ClientError) as error:
            raise UsageError(f"sandbox.store: {redact(str(error))}") from error


def _file_of(key: str, keys: Iterable[str]) -> str:
    """A name that a file can have: of the key itself, but for `.`, `..`, an end in `/`, and what is a folder too."""
    parts = [part.replace(".", "%2E") if part in (".", "..") else part for part in key.split("/")]
    if not parts[-1]:
        return "/".join(parts[:-1]) + "/%2F"
    folder = any(other.startswith(f"{key}/") for other in keys)
    return "/".join(parts) + ("%" if folder else "")
