"""Everything that this code location has: one job for each Airflow DAG."""

import dagster as dg

from .defs import (
    catalog_refresh,
    daily_orders,
    etl_ops,
    order_analytics,
    order_files,
    order_pipeline,
    orders_dbt,
    orders_spark,
    page_views,
    regional_orders,
    revenue_report,
    user_profiles,
    weekly_orders,
)

defs = dg.Definitions.merge(
    catalog_refresh.defs,
    daily_orders.defs,
    etl_ops.defs,
    order_analytics.defs,
    order_files.defs,
    order_pipeline.defs,
    orders_dbt.defs,
    orders_spark.defs,
    page_views.defs,
    regional_orders.defs,
    revenue_report.defs,
    user_profiles.defs,
    weekly_orders.defs,
)
