"""The services that steps reach: one resource for each connection.

Each is configured with the text of its connection, from the variable that Airflow reads as well: a URI such as
`postgresql://login:password@host:5432/database`, or JSON with `conn_type`, `host`, `login`, `password`, `schema`,
`port` and `extra`. A test may give steps another resource under the same name.

It needs the packages `dagster-aws`, `psycopg2-binary`, `sqlalchemy`, `sqlparse`.
"""

import dagster as dg

from .runtime.databases import Database
from .runtime.object_store import ObjectStore

RESOURCES = {
    "orders_db": Database(connection=dg.EnvVar("AIRFLOW_CONN_ORDERS_DB")),
    "reports_s3": ObjectStore(connection=dg.EnvVar("AIRFLOW_CONN_REPORTS_S3")),
}
