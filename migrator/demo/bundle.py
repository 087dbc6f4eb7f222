"""Where the demo finds the bundled DAGs, their data and their plan, and the Airflows to run them in."""

import importlib.util
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from migrator.errors import UsageError

AIRFLOW3 = "MIGRATE_AIRFLOW3_PYTHON"
SHOWN = ("etl_ops", "order_analytics", "order_pipeline")  # the DAGs that are run; all are converted
LEFT_OUT = ("orders_dbt", "orders_spark")  # they need dbt and Spark: not even converted
SERVED = (
    "revenue_report",
    "user_profiles",
)  # those that work on a database and a bucket: the demo starts no server


@dataclass(frozen=True)
class Bundle:
    """The repository that the package lies in."""

    root: Path

    @property
    def dags(self) -> Path:
        """The folder of the DAG files."""
        return self.root / "airflow_dags"

    @property
    def plan(self) -> Path:
        """The plan, which names the data."""
        return self.root / "migrate.yaml"


def find_bundle() -> Bundle:
    """The bundle beside the package, from whichever folder the demo is started. Raises UsageError without one."""
    found = Bundle(Path(__file__).resolve().parent.parent.parent)
    if not (found.dags.is_dir() and found.plan.is_file()):
        raise UsageError(
            "the demo needs the repository: airflow_dags, fixtures and migrate.yaml are not part of the "
            "installed package. Clone it, and run `make demo` there"
        )
    return found


def airflow_pythons(bundle: Bundle) -> tuple[str, ...]:
    """This interpreter, where it has Airflow, and the one with Airflow 3. Raises UsageError when there is none."""
    own = [sys.executable] if importlib.util.find_spec("airflow") else []
    other = os.environ.get(AIRFLOW3) or str(bundle.root / ".venv-airflow3" / "bin" / "python")
    found = (*own, *([other] if Path(other).exists() else []))
    if not found:
        raise UsageError("no Airflow found: `make env` installs two of them, or give --airflow-python")
    return found


def needs_dagster() -> None:
    """Raises UsageError when this interpreter cannot run what the demo writes."""
    if importlib.util.find_spec("dagster") is None:
        raise UsageError("the demo runs Dagster: `make env` installs it, or pip install 'migrator[all]'")
