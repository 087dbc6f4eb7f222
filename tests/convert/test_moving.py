"""A start date that moves with the clock is given a first day, where Airflow would run the DAG at all."""

import pytest

from migrator.convert.moving import FIRST, settled
from migrator.ir import Code, Cron, Dag, Every, Manual, Origin, Schedule

HERE = Origin("d.py")


def start(source: str, schedule: Schedule, *, airflow3: bool = False, own: bool = True) -> str | None:
    given = {"start_date": Code(source, "it reads the clock")}
    dag = Dag("d", HERE, schedule=schedule, args=given if own else {}, default_args={} if own else given)
    return settled(dag, airflow3=airflow3)[0].start_date


@pytest.mark.parametrize(
    "source",
    [
        "days_ago(1)",
        "dates.days_ago(n=2)",
        "datetime.now() - timedelta(days=3)",
        "dt.datetime.utcnow() - dt.timedelta(1)",
        'pendulum.today("UTC").add(days=-2)',
        "pendulum.now().subtract(days=1)",
    ],
)
def test_days_before_now_become_an_early_day(source: str) -> None:
    assert start(source, Cron("@daily")) == FIRST
    assert start(source, Cron("@daily"), own=False) == FIRST


@pytest.mark.parametrize(
    "source",
    ["datetime.now()", "days_ago(0)", "days_ago(n, 2)", "days_ago(DAYS)", "today().add(days=2)", "start()"],
)
def test_what_never_runs_in_airflow_or_is_not_understood_stays_unknown(source: str) -> None:
    assert start(source, Cron("@daily")) is None


def test_an_interval_that_does_not_fit_never_runs() -> None:
    assert start("days_ago(2)", Cron("@weekly")) is None
    assert start("days_ago(7)", Cron("@weekly")) == FIRST
    assert start("days_ago(2)", Cron("30 6 * * 1-5")) is None  # from Friday to Monday
    assert start("days_ago(3)", Cron("30 6 * * 1-5")) == FIRST


def test_a_point_in_time_always_comes() -> None:
    assert start("days_ago(1)", Cron("@weekly"), airflow3=True) == FIRST


def test_a_distance_that_divides_the_day_counts_from_any_midnight() -> None:
    assert start("days_ago(1)", Every(86400)) == FIRST
    assert start("days_ago(2)", Every(4 * 3600)) == FIRST
    assert start('pendulum.today("UTC").add(days=-2)', Every(86400)) == FIRST


def test_a_distance_whose_phase_moves_with_the_clock_stays_unknown() -> None:
    assert (
        start("days_ago(2)", Every(5 * 3600)) is None
    )  # five hours from any midnight are other times each day
    assert start("days_ago(30)", Every(7 * 86400)) is None
    assert start("datetime.now() - timedelta(days=3)", Every(86400)) is None  # no midnight
    assert start("pendulum.today().add(days=-2)", Every(86400)) is None  # that of the machine's time zone
    assert (
        start("days_ago(1)", Every(86400), airflow3=True) is None
    )  # a point in time, counted from the start


def test_other_schedules_are_left_alone() -> None:
    assert start("days_ago(1)", Manual()) is None


def test_it_is_told() -> None:
    dag = Dag(
        "d", HERE, schedule=Cron("@daily"), args={"start_date": Code("days_ago(1)", "it reads the clock")}
    )
    (told,) = settled(dag, airflow3=False)[1]
    assert (told.code, told.message) == (
        "TM090",
        "the start date moves with the clock (days_ago(1)): here the first run is of 2020-01-01",
    )
