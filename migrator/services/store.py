"""An S3 API on loopback: moto's server, which keeps everything in memory and takes any credentials."""

import importlib.util
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from migrator.errors import ServiceError
from migrator.services.health import HOST, fetch, free_port, http, wait_for
from migrator.services.process import Process

MISSING = "no S3 server found: pip install 'moto[server]'"


@dataclass(frozen=True)
class ObjectStore:
    """A running S3 API."""

    port: int
    access_key: str = "test"
    secret_key: str = "test"
    region: str = "us-east-1"

    @property
    def endpoint_url(self) -> str:
        """What clients are told: boto3's `endpoint_url`, and the variable AWS_ENDPOINT_URL."""
        return f"http://{HOST}:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        """What boto3, s3fs, pyarrow and Airflow's connections read."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_DEFAULT_REGION": self.region,
        }

    def empty(self) -> None:
        """All buckets go."""
        fetch(f"{self.endpoint_url}/moto-api/reset", body={})


def command(port: int, bind: str = HOST) -> list[str]:
    """Starts it. Raises ServiceError where moto is not installed."""
    if importlib.util.find_spec("moto") is None or importlib.util.find_spec("flask") is None:
        raise ServiceError(MISSING)
    return [sys.executable, "-m", "moto.server", "-H", bind, "-p", str(port)]


@contextmanager
def object_store(port: int | None = None) -> Iterator[ObjectStore]:
    """A running S3 API on loopback; it stops in the end, and also when this process is killed."""
    store = ObjectStore(port or free_port())
    with tempfile.TemporaryDirectory(prefix="migrate-s3-") as folder:
        process = Process(command(store.port), Path(folder) / "log", cwd=Path(folder))
        try:
            wait_for("the S3 server", process, http(f"{store.endpoint_url}/moto-api/"))
            yield store
        finally:
            process.stop()
