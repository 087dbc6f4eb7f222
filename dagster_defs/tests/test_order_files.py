"""Tests of `defs/order_files.py`.

It came from `order_files.py`.

Not called here, as a test may need more than this file knows:

- `ingest_files`: it calls `.read_text()`
- `anything_new`: it takes `files`
- `clean_lines`: it calls `.open()`
- `aggregate_orders`: it calls `.open()`
- `tell_support`: it calls `.mkdir()`
- `wait_for_files`: it uses `runtime.sensors.in_folder_of`
"""

import pytest


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        (
            "order_files",
            [
                "aggregate_orders",
                "anything_new",
                "clean_lines",
                "ingest_files",
                "tell_support",
                "wait_for_files",
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
        ("order_files", "2024-03-01"),
    ],
)
def test_parity(compare, dag_id, date):
    compare(dag_id, date)
