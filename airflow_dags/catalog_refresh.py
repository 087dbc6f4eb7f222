"""The product catalog: one DAG writes it, two others run when it, or the price list, has changed.

    refresh_catalog ──> catalog.csv ──┬── AND ──> build_price_book   needs both of the same night
                    └─> prices.csv ───┴── OR ───> refresh_search     runs on any of them

Owner: catalog service. Other teams may hang their DAGs on the datasets; their URIs are an interface.
"""

import csv
import os
from pathlib import Path

import pendulum
from airflow.decorators import dag, task

try:
    from airflow.sdk import Asset as Dataset
except ImportError:  # until all our deployments are on Airflow 3
    from airflow.datasets import Dataset

DATA_DIR = Path(os.environ.get("ORDERS_DATA_DIR", "/data/orders"))
CATALOG_DIR = DATA_DIR / "catalog"

CATALOG = Dataset("shop://catalog/products.csv")
PRICES = Dataset("shop://catalog/prices.csv")

START = pendulum.datetime(2024, 1, 1, tz="UTC")
default_args = {"owner": "catalog", "retries": 0}


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


@dag(schedule="@daily", start_date=START, catchup=False, default_args=default_args, tags=["catalog"])
def refresh_catalog():
    """Nightly: the catalog as the shop has it, and the price of each product at the end of the day."""

    @task(outlets=[CATALOG])
    def write_catalog() -> int:
        products = read_table(DATA_DIR / "products.csv")
        for product in products:
            product["search_name"] = product["name"].casefold()
        return write_table("products.csv", products)

    @task(outlets=[PRICES])
    def write_prices(data_interval_end=None) -> int:
        """The newest price that was known by then. Changes may be recorded late, and twice."""
        end = data_interval_end.strftime("%Y-%m-%d %H:%M:%S")
        prices = {}
        changes = read_table(DATA_DIR / "price_changes.csv")
        for change in sorted(changes, key=lambda change: (change["valid_from"], change["recorded_at"])):
            if change["valid_from"] < end and change["recorded_at"] < end:
                prices[int(change["product_id"])] = change
        return write_table("prices.csv", [prices[product] for product in sorted(prices)])

    write_catalog() >> write_prices()


# both have to be new: a price book with yesterday's prices was sent to customers once
@dag(
    schedule=(CATALOG & PRICES), start_date=START, catchup=False, default_args=default_args, tags=["catalog"]
)
def build_price_book():
    """The price book that customers get."""

    @task
    def build() -> dict:
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

    build()


@dag(
    schedule=(CATALOG | PRICES), start_date=START, catchup=False, default_args=default_args, tags=["catalog"]
)
def refresh_search():
    """What the search page suggests; it may be a little behind."""

    @task
    def index_words() -> list:
        words = set()
        for product in read_table(CATALOG_DIR / "products.csv"):
            words.update(word for word in product["search_name"].split() if not word.isdigit())
        return sorted(words)

    @task
    def write_index(words: list) -> str:
        (CATALOG_DIR / "search_words.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
        return words[0]

    write_index(index_words())


refresh_catalog()
build_price_book()
refresh_search()
