"""Everything that this code location has: one job for each Airflow DAG."""

import dagster as dg

from .defs import (
    catalog_refresh,
    daily_orders,
    etl_ops,
    order_analytics,
    order_files,
    order_pipeline,
    page_views,
    regional_orders,
    weekly_orders,
)

defs = dg.Definitions.merge(
    catalog_refresh.defs,
    daily_orders.defs,
    etl_ops.defs,
    order_analytics.defs,
    order_files.defs,
    order_pipeline.defs,
    page_views.defs,
    regional_orders.defs,
    weekly_orders.defs,
)
