"""What all tests share: the interpreters of the Airflows, and a home that is nobody's."""

import os
import sys
from pathlib import Path

import hypothesis
import pytest

# The same examples on every machine, however slow it is; HYPOTHESIS_PROFILE=search looks for new ones.
CALM = [hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.data_too_large]
CALM.append(
    hypothesis.HealthCheck.function_scoped_fixture
)  # what those fixtures give is the same for all examples
hypothesis.settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=CALM)
hypothesis.settings.register_profile("search", deadline=None, suppress_health_check=CALM)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

ROOT = Path(__file__).parent.parent


def _interpreter(variable: str, default: str) -> str:
    """The Python that has this Airflow. Missing is a failure: a test that never runs proves nothing."""
    path = os.environ.get(variable) or str(ROOT / default / "bin" / "python")
    if not Path(path).exists():
        pytest.fail(f"there is no {path}; run `make env`, or set {variable}")
    return path


@pytest.fixture(scope="session", autouse=True)
def homes(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the Airflow, the Dagster or the caches of whoever runs it."""
    home = tmp_path_factory.mktemp("homes")
    os.environ["AIRFLOW_HOME"] = str(home / "airflow")
    os.environ["XDG_CACHE_HOME"] = str(home / "cache")


@pytest.fixture(scope="session")
def airflow2_python() -> str:
    return _interpreter("MIGRATE_AIRFLOW2_PYTHON", ".venv")


@pytest.fixture(scope="session")
def airflow3_python() -> str:
    return _interpreter("MIGRATE_AIRFLOW3_PYTHON", ".venv-airflow3")


@pytest.fixture(scope="session")
def airflow27_python() -> str:
    """That of Airflow 2.7, which cannot be installed with a Python above 3.11."""
    variable, folder = "MIGRATE_AIRFLOW27_PYTHON", ".venv-airflow27"
    if sys.version_info >= (3, 12) and variable not in os.environ and not (ROOT / folder).exists():
        pytest.skip("Airflow 2.7 needs Python 3.11")
    return _interpreter(variable, folder)


@pytest.fixture(scope="session")
def airflow_pythons(airflow2_python: str, airflow3_python: str) -> dict[str, str]:
    """The interpreters by the major version of their Airflow: "2" and "3"."""
    return {"2": airflow2_python, "3": airflow3_python}
