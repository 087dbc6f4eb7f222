"""The product catalog: one DAG writes it, two others run when it, or the price list, has changed.

    refresh_catalog ──> catalog.csv ──┬── AND ──> build_price_book   needs both of the same night
                    └─> prices.csv ───┴── OR ───> refresh_search     runs on any of them

Owner: catalog service. Other teams may hang their DAGs on the datasets; their URIs are an interface.
"""

# Converted from `catalog_refresh.py`.

import csv
import os
from pathlib import Path

import dagster as dg

from ..runtime.datasets import all_of, any_of, on_updates, updates

DATA_DIR = Path(os.environ.get("ORDERS_DATA_DIR", "/data/orders"))
CATALOG_DIR = DATA_DIR / "catalog"


def read_table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_table(name, rows):
    CATALOG_DIR.mkdir(parents=True, exist_ok=True)
    with (CATALOG_DIR / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
REFRESH_CATALOG = dict(
    key_prefix="refresh_catalog",
    partitions_def=daily,
    owners=["team:catalog"],
    tags={"catalog": ""},
)


@dg.asset(
    **REFRESH_CATALOG,
    group_name="silver",
    description="How many products the catalog has",
    metadata={"airflow_task": "refresh_catalog.write_catalog"},
)
@updates("shop://catalog/products.csv")
def product_catalog():
    products = read_table(DATA_DIR / "products.csv")
    for product in products:
        product["search_name"] = product["name"].casefold()
    return write_table("products.csv", products)


@dg.asset(
    **REFRESH_CATALOG,
    group_name="silver",
    description="How many products have a price",
    deps=[dg.AssetKey(["refresh_catalog", "product_catalog"])],
    metadata={"airflow_task": "refresh_catalog.write_prices"},
)
@updates("shop://catalog/prices.csv")
def product_prices(context: dg.AssetExecutionContext):
    """The newest price that was known by then. Changes may be recorded late, and twice."""
    data_interval_end = context.partition_time_window.end
    end = data_interval_end.strftime("%Y-%m-%d %H:%M:%S")
    prices = {}
    changes = read_table(DATA_DIR / "price_changes.csv")
    for change in sorted(changes, key=lambda change: (change["valid_from"], change["recorded_at"])):
        if change["valid_from"] < end and change["recorded_at"] < end:
            prices[int(change["product_id"])] = change
    return write_table("prices.csv", [prices[product] for product in sorted(prices)])


BUILD_PRICE_BOOK = dict(key_prefix="build_price_book", owners=["team:catalog"], tags={"catalog": ""})


@dg.asset(
    **BUILD_PRICE_BOOK,
    group_name="gold",
    description="How many lines the price book has, and how many products are not in it",
    metadata={"airflow_task": "build_price_book.build"},
)
def price_book():
    prices = {line["product_id"]: line["price"] for line in read_table(CATALOG_DIR / "prices.csv")}
    products = read_table(CATALOG_DIR / "products.csv")
    book = [
        {
            "product": product["name"],
            "category": product["category"],
            "price": prices[product["product_id"]],
        }
        for product in products
        if product["product_id"] in prices
    ]
    return {"lines": write_table("price_book.csv", book), "without_price": len(products) - len(book)}


REFRESH_SEARCH = dict(key_prefix="refresh_search", owners=["team:catalog"], tags={"catalog": ""})


@dg.asset(
    **REFRESH_SEARCH,
    group_name="silver",
    description="Words of all products",
    metadata={"airflow_task": "refresh_search.index_words"},
)
def search_words():
    words = set()
    for product in read_table(CATALOG_DIR / "products.csv"):
        words.update(word for word in product["search_name"].split() if not word.isdigit())
    return sorted(words)


@dg.asset(
    **REFRESH_SEARCH,
    group_name="gold",
    description="The first word of the index",
    ins={"words": dg.AssetIn(key=["refresh_search", "search_words"])},
    metadata={"airflow_task": "refresh_search.write_index"},
)
def search_index(words: list):
    (CATALOG_DIR / "search_words.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    return words[0]


# both have to be new: a price book with yesterday's prices was sent to customers once
build_price_book_job = dg.define_asset_job(
    "build_price_book",
    selection=[price_book],
    description="The price book that customers get.",
    tags={"catalog": ""},
)
build_price_book_sensor = on_updates(
    build_price_book_job, all_of("shop://catalog/products.csv", "shop://catalog/prices.csv")
)
refresh_catalog_job = dg.define_asset_job(
    "refresh_catalog",
    selection=[product_catalog, product_prices],
    description="Nightly: the catalog as the shop has it, and the price of each product at the end of the day.",
    tags={"catalog": ""},
)
refresh_catalog_schedule = dg.build_schedule_from_partitioned_job(refresh_catalog_job)
refresh_search_job = dg.define_asset_job(
    "refresh_search",
    selection=[search_words, search_index],
    description="What the search page suggests; it may be a little behind.",
    tags={"catalog": ""},
)
refresh_search_sensor = on_updates(
    refresh_search_job, any_of("shop://catalog/products.csv", "shop://catalog/prices.csv")
)
defs = dg.Definitions(
    assets=[price_book, product_catalog, product_prices, search_words, search_index],
    jobs=[build_price_book_job, refresh_catalog_job, refresh_search_job],
    schedules=[refresh_catalog_schedule],
    sensors=[build_price_book_sensor, refresh_search_sensor],
)
