"""Tests of `defs/regional_orders.py`.

It came from `regional_orders.py`.

Not called here, as a test may need more than this file knows:

- `regional_summary`: it uses `pandas.read_csv`
- `regional_orders`: it yields its outputs
"""

import pytest
from dagster_defs.defs import regional_orders


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        (
            "regional_orders",
            [
                "regional_orders/regional_orders",
                "regional_orders/regional_summary",
                "regional_orders/regions",
            ],
        ),
    ],
)
def test_every_task_has_a_step(steps, job, expected):
    assert steps(job) >= set(expected)


def test_regions():
    assert isinstance(regional_orders.regions(), list)


@pytest.mark.parity
@pytest.mark.parametrize(
    ("dag_id", "date"),
    [
        ("regional_orders", "2024-01-01"),
    ],
)
def test_parity(compare, dag_id, date):
    compare(dag_id, date)
