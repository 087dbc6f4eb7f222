"""Each bundled DAG does in Dagster what it does in Airflow 3: the same states, the same values, on each date."""

import pytest

from compat_tests.sides import AIRFLOW3, CASES, bundled, not_passing


@pytest.mark.parametrize(("phase", "dag_id", "date"), CASES)
def test_both_systems_do_the_same(phase: str, dag_id: str, date: str) -> None:
    result = bundled(AIRFLOW3, phase)[dag_id, date]
    assert (result.verdict, not_passing(result)) == ("equal", [])
    assert result.airflow == "3.3.2"
    assert len(result.all_items) > len(result.tasks)
