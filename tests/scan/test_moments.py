"""Start dates as teams write them with pendulum, and the time zone that a schedule takes from them.

The values are those of Airflow 2.11 with pendulum 3.
"""

from collections.abc import Callable

import pytest

from migrator.ir import Dag

One = Callable[[str], Dag]
BERLIN = "pendulum.datetime(2024, 1, 31, 5, tz='Europe/Berlin')"


@pytest.mark.parametrize(
    ("expression", "start", "zone"),
    [
        (
            "pendulum.datetime(2024, 5, 17).in_timezone('Europe/Paris')",
            "2024-05-17T02:00:00+02:00",
            "Europe/Paris",
        ),
        (
            "pendulum.datetime(2024, 5, 17).in_tz(pendulum.timezone('UTC'))",
            "2024-05-17T00:00:00+00:00",
            "UTC",
        ),
        (f"{BERLIN}.add(months=1)", "2024-02-29T05:00:00+01:00", "Europe/Berlin"),
        (f"{BERLIN}.add(months=2)", "2024-03-31T05:00:00+02:00", "Europe/Berlin"),
        (f"{BERLIN}.subtract(weeks=1, days=2)", "2024-01-22T05:00:00+01:00", "Europe/Berlin"),
        (f"{BERLIN}.add(days=60).add(hours=24)", "2024-04-01T05:00:00+02:00", "Europe/Berlin"),
        (f"{BERLIN}.start_of('month').set(hour=2)", "2024-01-01T02:00:00+01:00", "Europe/Berlin"),
        (f"{BERLIN}.start_of('week')", "2024-01-29T00:00:00+01:00", "Europe/Berlin"),
        (f"{BERLIN}.end_of('month')", "2024-01-31T23:59:59.999999+01:00", "Europe/Berlin"),
        (f"{BERLIN}.on(2023, 1, 1).at(4, 5)", "2023-01-01T04:05:00+01:00", "Europe/Berlin"),
        (f"{BERLIN}.naive()", "2024-01-31T05:00:00+00:00", "UTC"),
        (f"{BERLIN}.set(tz='Asia/Tokyo')", "2024-01-31T05:00:00+09:00", "Asia/Tokyo"),
    ],
)
def test_a_start_date_is(one: One, expression: str, start: str, zone: str) -> None:
    dag = one(f"""
        import pendulum
        with DAG("d", start_date={expression}, schedule="@daily"):
            EmptyOperator(task_id="a")
    """)
    assert (dag.start_date, dag.timezone) == (start, zone)


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param(f"{BERLIN}.on(2024, 3, 31).at(2, 30)", id="a time that clocks skip"),
        pytest.param(f"{BERLIN}.add(months='x')", id="no number"),
        pytest.param(f"{BERLIN}.add(years=10_000)", id="out of range"),
        pytest.param(f"{BERLIN}.start_of('fortnight')", id="no unit"),
        pytest.param(
            "datetime(2024, 1, 1).astimezone(pendulum.timezone('Asia/Tokyo'))", id="of the machine's zone"
        ),
    ],
)
def test_a_start_date_is_not_guessed(one: One, expression: str) -> None:
    dag = one(f"""
        import pendulum
        with DAG("d", start_date={expression}, schedule="@daily"):
            EmptyOperator(task_id="a")
    """)
    assert dag.start_date is None
