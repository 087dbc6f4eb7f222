"""Everything that this code location has: one job for each Airflow DAG."""

import dagster as dg

from .defs import etl_ops, order_analytics, order_pipeline

defs = dg.Definitions.merge(etl_ops.defs, order_analytics.defs, order_pipeline.defs)
