"""Tests of `defs/catalog_refresh.py`.

It came from `catalog_refresh.py`.

Not called here, as a test may need more than this file knows:

- `product_catalog`: it tells its run what it updates
- `product_prices`: it tells its run what it updates
- `price_book`: it calls `.open()`
- `search_words`: it calls `.open()`
- `search_index`: it calls `.write_text()`
"""

import pytest


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        ("build_price_book", ["build_price_book/price_book"]),
        ("refresh_catalog", ["refresh_catalog/product_catalog", "refresh_catalog/product_prices"]),
        ("refresh_search", ["refresh_search/search_index", "refresh_search/search_words"]),
    ],
)
def test_every_task_has_a_step(steps, job, expected):
    assert steps(job) >= set(expected)


@pytest.mark.parity
@pytest.mark.parametrize(
    ("dag_id", "date"),
    [
        ("build_price_book", "2024-01-01"),
        ("refresh_catalog", "2024-01-01"),
        ("refresh_search", "2024-01-01"),
    ],
)
def test_parity(compare, dag_id, date):
    compare(dag_id, date)
