"""The DAGs of catalog_refresh.py, unchanged."""

import dagster as dg

from .._airflow import Task, airflow_dag, all_of, any_of

defs = dg.Definitions.merge(
    airflow_dag(
        "refresh_catalog",
        file="catalog_refresh.py",
        tasks={
            "write_catalog": Task(updates=["shop://catalog/products.csv"]),
            "write_prices": Task(upstream=["write_catalog"], updates=["shop://catalog/prices.csv"]),
        },
        tags=["catalog"],
        schedule="@daily",
        start_date="2024-01-01T00:00:00+00:00",
    ),
    airflow_dag(
        "build_price_book",
        file="catalog_refresh.py",
        tasks={
            "build": Task(),
        },
        tags=["catalog"],
        needs=all_of("shop://catalog/products.csv", "shop://catalog/prices.csv"),
    ),
    airflow_dag(
        "refresh_search",
        file="catalog_refresh.py",
        tasks={
            "index_words": Task(),
            "write_index": Task(upstream=["index_words"]),
        },
        tags=["catalog"],
        needs=any_of("shop://catalog/products.csv", "shop://catalog/prices.csv"),
    ),
)
