"""Tests of `defs/user_profiles.py`.

It came from `user_profiles.py`.

Not called here, as a test may need more than this file knows:

- `customer_profiles`: it uses `pendulum.instance`
- `user_profiles`: it uses `os.environ`
- `profile_runs`: it takes `orders_db`
"""

import pytest


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        (
            "user_profiles",
            ["user_profiles/customer_profiles", "user_profiles/profile_runs", "user_profiles/user_profiles"],
        ),
    ],
)
def test_every_task_has_a_step(steps, job, expected):
    assert steps(job) >= set(expected)


@pytest.mark.parity
@pytest.mark.parametrize(
    ("dag_id", "date"),
    [
        ("user_profiles", "2024-01-01"),
    ],
)
def test_parity(compare, dag_id, date):
    compare(dag_id, date)
