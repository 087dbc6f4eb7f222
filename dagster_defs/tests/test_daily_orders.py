"""Tests of `defs/daily_orders.py`.

It came from `daily_orders.py`.

Not called here, as a test may need more than this file knows:

- `daily_raw_orders`: it uses `open`
- `daily_cleaned_orders`: it uses `open`
- `daily_orders_done`: it yields its outputs
"""

import pytest


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        (
            "daily_orders",
            [
                "daily_orders/daily_cleaned_orders",
                "daily_orders/daily_orders_done",
                "daily_orders/daily_raw_orders",
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
        ("daily_orders", "2024-01-01"),
    ],
)
def test_parity(compare, dag_id, date):
    compare(dag_id, date)
