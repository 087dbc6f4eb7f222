"""Tests of `defs/revenue_report.py`.

It came from `revenue_report.py`.

Not called here, as a test may need more than this file knows:

- `daily_order_amounts`: it uses `pendulum.instance`
- `revenue_by_category`: it takes what `daily_order_amounts` returns, which is not called
- `revenue_report`: it uses `io.StringIO`
- `revenue_agreed`: it uses `os.environ`
- `daily_revenue`: it takes `orders_db`
- `daily_revenue_totals`: it uses `runtime.databases.fetch_one`
"""

import pytest


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        (
            "revenue_report",
            [
                "revenue_report/daily_order_amounts",
                "revenue_report/daily_revenue",
                "revenue_report/daily_revenue_totals",
                "revenue_report/revenue_agreed",
                "revenue_report/revenue_by_category",
                "revenue_report/revenue_report",
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
        ("revenue_report", "2024-01-01"),
    ],
)
def test_parity(compare, dag_id, date):
    compare(dag_id, date)
