"""An operator of the shop's own."""

from airflow.models.baseoperator import BaseOperator
from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.providers.postgres.hooks.postgres import PostgresHook


class LoadOperator(BaseOperator):
    """Writes a query's result to the lake."""

    template_fields = ("sql",)

    def __init__(self, *, sql, target="target_db", lake="lake_default", **kwargs):
        super().__init__(**kwargs)
        self.sql = sql
        self.target = target
        self.lake = lake

    def execute(self, context):
        """Airflow calls it."""
        rows = PostgresHook(postgres_conn_id=self.target).get_records(self.sql)
        S3Hook(self.lake).load_string(str(rows), "rows.txt")
