"""Connections that nothing names: what operators and hooks of well-known providers take when they are given none.

The names are those in the sources of the providers' current releases, and of the last ones that had the operator.
"""

import ast
from collections.abc import Iterator

from migrator.inventory.model import Need
from migrator.inventory.needs import Asked
from migrator.inventory.sources import Sources
from migrator.ir import Dag, Task

WORDS = ("Hook",)
KIND = "default_connections"
PROVIDERS = "airflow.providers."
GOOGLE, AWS = ("gcp_conn_id", "google_cloud_default"), ("aws_conn_id", "aws_default")
# Modules below airflow.providers → the argument that nearly all of their operators have, and its default.
# The longest one counts; None: they differ among each other.
OPERATORS: dict[str, tuple[str, str] | None] = {
    "airbyte": ("airbyte_conn_id", "airbyte_default"),
    "amazon.aws.operators": AWS,
    "amazon.aws.operators.sagemaker_unified_studio": None,
    "amazon.aws.sensors": AWS,
    "amazon.aws.sensors.sagemaker_unified_studio": None,
    "apache.livy": ("livy_conn_id", "livy_default"),
    "apache.spark.operators.spark_submit": ("conn_id", "spark_default"),
    "apache.spark.operators.spark_sql": ("conn_id", "spark_sql_default"),
    "cncf.kubernetes": ("kubernetes_conn_id", "kubernetes_default"),
    "databricks": ("databricks_conn_id", "databricks_default"),
    "dbt.cloud": ("dbt_cloud_conn_id", "dbt_cloud_default"),
    "ftp": ("ftp_conn_id", "ftp_default"),
    "google.cloud": GOOGLE,
    "google.cloud.operators.dataprep": ("dataprep_conn_id", "dataprep_default"),
    "google.cloud.operators.kubernetes_engine": None,
    "google.cloud.operators.looker": None,
    "google.cloud.sensors.dataprep": None,
    "google.cloud.sensors.gcs": ("google_cloud_conn_id", "google_cloud_default"),
    "google.cloud.sensors.looker": None,
    "google.suite": GOOGLE,
    "http": ("http_conn_id", "http_default"),
    "microsoft.mssql.operators": ("mssql_conn_id", "mssql_default"),
    "mongo.sensors": ("mongo_conn_id", "mongo_default"),
    "mysql": ("mysql_conn_id", "mysql_default"),
    "oracle.operators": ("oracle_conn_id", "oracle_default"),
    "postgres.operators": ("postgres_conn_id", "postgres_default"),
    "redis.operators": ("redis_conn_id", "redis_default"),
    "salesforce.operators": ("salesforce_conn_id", "salesforce_default"),
    "sftp.sensors": ("sftp_conn_id", "sftp_default"),
    "slack.operators.slack": ("slack_conn_id", "slack_api_default"),
    "snowflake": ("snowflake_conn_id", "snowflake_default"),
    "sqlite.operators": ("sqlite_conn_id", "sqlite_default"),
    "trino.operators": ("trino_conn_id", "trino_default"),
}
HOOKS = {
    "BigQueryHook": "google_cloud_bigquery_default",
    "DatabricksHook": "databricks_default",
    "DatabricksSqlHook": "databricks_default",
    "DbtCloudHook": "dbt_cloud_default",
    "FTPHook": "ftp_default",
    "GCSHook": "google_cloud_default",
    "HttpHook": "http_default",
    "ImapHook": "imap_default",
    "MongoHook": "mongo_default",
    "MsSqlHook": "mssql_default",
    "MySqlHook": "mysql_default",
    "OracleHook": "oracle_default",
    "PostgresHook": "postgres_default",
    "RedisHook": "redis_default",
    "RedshiftSQLHook": "redshift_default",
    "S3Hook": "aws_default",
    "SFTPHook": "sftp_default",
    "SalesforceHook": "salesforce_default",
    "SlackHook": "slack_api_default",
    "SmtpHook": "smtp_default",
    "SnowflakeHook": "snowflake_default",
    "SqliteHook": "sqlite_default",
    "TrinoHook": "trino_default",
    "WasbHook": "wasb_default",
}


def in_dag(dag: Dag, sources: Sources) -> Iterator[Need]:
    """Those of its operators. Sensors that are decorated functions, and operators of one's own, have none."""
    for task in dag.tasks:
        if task.operator.startswith(PROVIDERS):
            yield from _of_task(task)


def _of_task(task: Task) -> Iterator[Need]:
    parts = task.operator.removeprefix(PROVIDERS).split(".")[:-1]
    modules = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    found = next((OPERATORS[module] for module in modules if module in OPERATORS), None)
    if found is not None and found[0] not in task.args:
        yield Need(KIND, found[1])


def in_code(node: ast.AST, name: str) -> Iterator[Asked]:
    """`PostgresHook()`, and one that is given everything but a connection."""
    if not isinstance(node, ast.Call) or node.args:
        return
    default = HOOKS.get(name.rpartition(".")[2])
    named = any(k.arg is None or k.arg.endswith(("conn_id", "connection")) for k in node.keywords)
    if default is not None and not named and name.startswith(PROVIDERS):
        yield Asked(KIND, ast.Constant(default), None)
