"""Tests of `defs/order_analytics.py`.

It came from `order_analytics.py`.

Not called here, as a test may need more than this file knows:

- `raw_orders`: it uses `pandas.read_csv`
- `raw_products`: it uses `pandas.read_csv`
- `enriched_orders`: it uses `os.environ`
- `daily_category_revenue`: it uses `pathlib.Path`
- `customer_segments`: it uses `pathlib.Path`
"""

import pytest


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        (
            "order_analytics",
            [
                "order_analytics/customer_segments",
                "order_analytics/daily_category_revenue",
                "order_analytics/enriched_orders",
                "order_analytics/raw_orders",
                "order_analytics/raw_products",
            ],
        ),
    ],
)
def test_every_task_has_a_step(steps, job, expected):
    assert steps(job) >= set(expected)


@pytest.mark.parity
@pytest.mark.parametrize(
    ("dag_id", "date"),
    [
        ("order_analytics", "2024-01-01"),
    ],
)
def test_parity(compare, dag_id, date):
    compare(dag_id, date)
