"""The pytest plugin: `@pytest.mark.parity(dag=..., dates=[...])` and the fixture `parity` compare both systems.

pytest loads it in every environment that has this package, so nothing of ours or of others is imported before a test
asks. Its entry point has the name of the module: who names it in `-p` or `pytest_plugins` as well has it once.
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from migrator.pytest_plugin.compared import Parity

MARK = "parity"
DATE = "parity_date"  # the parameter of a marked test with several dates
INI = {
    "parity_project": "folder that migrate convert or import wrote; else the nearest above the test",
    "parity_dags": "folder of the DAG files; AIRFLOW_DAGS_FOLDER goes before it",
    "parity_airflow_python": "interpreter that has the DAGs' Airflow; AIRFLOW_PYTHON goes before it",
    "parity_dagster_python": "interpreter that has the project's Dagster; else the one that runs pytest",
    "parity_plan": "migrate.yaml with fixtures, keys, tolerances, outputs; MIGRATE_PLAN goes before it",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """What a repository says once, for all its tests. Paths start at pytest's root folder."""
    for name, about in INI.items():
        parser.addini(name, f"parity: {about}", default="")


def pytest_configure(config: pytest.Config) -> None:
    """`--strict-markers` knows the mark."""
    config.addinivalue_line(
        "markers",
        "parity(dag, dates, project, dags, plan, airflow_python, dagster_python): runs the DAG in Airflow and in "
        "Dagster, compares, and fails where they differ; without arguments it means nothing",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test for each date of a marked function. A range of dates is one, as only Airflow knows its runs."""
    mark = metafunc.definition.get_closest_marker(MARK)
    if mark is None or not (mark.args or mark.kwargs):
        return
    from migrator.pytest_plugin.asked import apart

    if dates := apart(mark):
        metafunc.fixturenames.append(DATE)
        metafunc.parametrize(DATE, dates)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Compares before the body of a marked test runs, so that what differs is a failure and no error."""
    mark = item.get_closest_marker(MARK)
    if mark is None or not (mark.args or mark.kwargs):
        return
    from migrator.pytest_plugin.compared import parity_of

    parity_of(item).check()


@pytest.fixture
def parity(request: pytest.FixtureRequest) -> "Parity":
    """`parity(dag, dates)` compares, and fails where both differ; `parity.results` is what the mark has compared."""
    from migrator.pytest_plugin.compared import parity_of

    return parity_of(request.node)
