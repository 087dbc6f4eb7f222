"""Tests of `defs/weekly_orders.py`.

It came from `weekly_orders.py`.

Not called here, as a test may need more than this file knows:

- `weekly_order_summary`: it uses `pendulum.parse`
- `weekly_order_report`: it calls `.mkdir()`
- `days_of_week_done`: it hands its context on
"""

import pytest


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        (
            "weekly_orders",
            [
                "weekly_orders/days_of_week_done",
                "weekly_orders/weekly_order_report",
                "weekly_orders/weekly_order_summary",
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
        ("weekly_orders", "2024-01-01"),
    ],
)
def test_parity(compare, dag_id, date):
    compare(dag_id, date)
