"""Tests of `defs/orders_dbt.py`.

It came from `orders_dbt.py`.

Not called here, as a test may need more than this file knows:

- `export_lines`: it uses `open`
- `category_revenue_release`: it uses `pathlib.Path`
"""

import pytest


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        (
            "orders_dbt",
            ["orders_dbt/category_revenue_release", "orders_dbt/export_lines", "orders_dbt__dbt_build"],
        ),
    ],
)
def test_every_task_has_a_step(steps, job, expected):
    assert steps(job) >= set(expected)


@pytest.mark.parity
@pytest.mark.parametrize(
    ("dag_id", "date"),
    [
        ("orders_dbt", "2024-01-01"),
    ],
)
def test_parity(compare, dag_id, date):
    compare(dag_id, date)
