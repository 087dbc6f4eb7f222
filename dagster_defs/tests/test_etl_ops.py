"""Tests of `defs/etl_ops.py`.

It came from `etl_ops.py`.

Not called here, as a test may need more than this file knows:

- `check_source`: it calls `.read_text()`
- `profile_orders`: it calls `.open()`
- `choose_path`: it uses `os.environ`
- `publish_orders`: it calls `.read_text()`
- `quarantine_lines`: it calls `.read_text()`
- `write_report`: it asks its run for `partition_time_window`
- `clean_up`: it uses `pathlib.Path`
"""

import dagster as dg
import pytest
from dagster_defs.defs import etl_ops


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        (
            "etl_ops",
            [
                "check_source",
                "choose_path",
                "clean_up",
                "join",
                "profile_orders",
                "publish_orders",
                "quarantine_lines",
                "write_report",
            ],
        ),
    ],
)
def test_every_task_has_a_step(steps, job, expected):
    assert steps(job) >= set(expected)


def outcome(op):
    """How an op ends that is run by itself."""
    outputs = {
        output.output_name: output.value
        for output in op(dg.build_op_context(partition_key=etl_ops.daily.get_first_partition_key()))
    }
    return outputs["outcome"].state


def test_join():
    assert outcome(etl_ops.join) == "success"


@pytest.mark.parity
@pytest.mark.parametrize(
    ("dag_id", "date"),
    [
        ("etl_ops", "2024-01-01"),
    ],
)
def test_parity(compare, dag_id, date):
    compare(dag_id, date)
