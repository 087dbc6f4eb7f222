"""Each bundled DAG does in Dagster what it does in Airflow 2: the same states, the same values, on each date."""

import pytest

from compat_tests.sides import AIRFLOW2, cases
from migrator.pytest_plugin.compared import Parity


@pytest.mark.parametrize(("dag_id", "dates"), cases(AIRFLOW2))
def test_both_systems_do_the_same(dag_id: str, dates: tuple[str, ...], parity: Parity) -> None:
    results = parity.results
    assert [(result.dag_id, result.date, result.verdict) for result in results] == [
        (dag_id, date, "equal") for date in dates
    ]
    assert {result.airflow for result in results} == {"2.11.2"}
    assert all(len(result.all_items) > len(result.tasks) for result in results)
    assert [date for date, result in zip(dates, results, strict=True) if result.states[0] != "success"] == []
