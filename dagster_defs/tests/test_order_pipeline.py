"""Tests of `defs/order_pipeline.py`.

It came from `order_pipeline.py`.

Not called here, as a test may need more than this file knows:

- `raw_orders`: it uses `pandas.read_csv`
- `cleaned_orders`: it takes what `raw_orders` returns, which is not called
- `order_metrics`: it calls `.mkdir()`
"""

import pytest


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        (
            "order_pipeline",
            ["order_pipeline/cleaned_orders", "order_pipeline/order_metrics", "order_pipeline/raw_orders"],
        ),
    ],
)
def test_every_task_has_a_step(steps, job, expected):
    assert steps(job) >= set(expected)


@pytest.mark.parity
@pytest.mark.parametrize(
    ("dag_id", "date"),
    [
        ("order_pipeline", "2024-01-01"),
    ],
)
def test_parity(compare, dag_id, date):
    compare(dag_id, date)
