"""Tests of `defs/orders_spark.py`.

It came from `orders_spark.py`.

Not called here, as a test may need more than this file knows:

- `latest_order_counts`: it uses `pathlib.Path`
- `latest_orders`: it hands its context on
"""

import pytest


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        ("orders_spark", ["orders_spark/latest_order_counts", "orders_spark/latest_orders"]),
    ],
)
def test_every_task_has_a_step(steps, job, expected):
    assert steps(job) >= set(expected)


@pytest.mark.parity
@pytest.mark.parametrize(
    ("dag_id", "date"),
    [
        ("orders_spark", "2024-01-01"),
    ],
)
def test_parity(compare, dag_id, date):
    compare(dag_id, date)
