"""Programs that run beside ours on loopback: PostgreSQL, an S3 API, Airflow, Dagster. None outlives who started it."""

from migrator.services.cluster import Server, postgres
from migrator.services.store import ObjectStore, object_store

__all__ = ["ObjectStore", "Server", "object_store", "postgres"]
