"""What the bundled DAGs need beside Airflow and Dagster: a database, a bucket, dbt, Spark; and who lacks it."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from migrator.demo.bundle import SERVED, Bundle
from migrator.errors import ServiceError
from migrator.plan import Plan
from migrator.services import object_store, postgres

SPARK = "MIGRATE_SPARK_PYTHON"
DBT_DAG, SPARK_DAG = "orders_dbt", "orders_spark"
DATABASE = "compared_shop"
OF_OTHERS = ("ORDERS_DATABASE", "AIRFLOW_HOME", "DAGSTER_HOME")  # what a demo must not touch


@dataclass(frozen=True)
class Needs:
    """`env`: for both systems; `lacking`: DAGs that cannot run here, and why."""

    env: Mapping[str, str]
    lacking: Mapping[str, str]


def programs(bundle: Bundle) -> Needs:
    """dbt is that of this Python, for both systems; Spark has an environment of its own."""
    env, lacking = {}, {}
    dbt = Path(sys.executable).with_name("dbt")
    if dbt.exists():
        env["DBT_BIN"] = str(dbt)
    else:
        lacking[DBT_DAG] = "no dbt: `make env` installs it"
    spark = spark_environment(spark_python(bundle.root))
    if spark and shutil.which("java"):
        env |= spark
    else:
        lacking[SPARK_DAG] = "no Java" if spark else "no Spark: `make env` installs it"
    return Needs(env, lacking)


def spark_python(root: Path) -> Path:
    """The interpreter that has pyspark, or would have."""
    return Path(os.environ.get(SPARK) or root / ".venv-spark" / "bin" / "python")


def spark_environment(python: Path) -> dict[str, str]:
    """What leads both systems to its `spark-submit`; nothing where pyspark is not installed."""
    home = next(iter(sorted(python.parent.parent.glob("lib/python*/site-packages/pyspark"))), None)
    if home is None:
        return {}
    path = os.pathsep.join([str(home / "bin"), os.environ["PATH"]])
    return {"SPARK_HOME": str(home), "PYSPARK_PYTHON": str(python), "PATH": path}


@contextmanager
def servers(plan: Plan) -> Iterator[tuple[Plan, Needs]]:
    """The plan with a throw-away PostgreSQL and a throw-away S3 API, as far as both can be started here."""
    with ExitStack() as leaving:
        try:
            database = leaving.enter_context(postgres()).url(DATABASE, driver="")
            store = leaving.enter_context(object_store())
        except ServiceError as error:
            yield plan, Needs({}, dict.fromkeys(SERVED, str(error)))
            return
        own = {"database": database, "store": store.endpoint_url}
        yield plan.model_copy(update={"sandbox": plan.sandbox.model_copy(update=own)}), Needs(store.env, {})


@contextmanager
def environment(env: Mapping[str, str], without: tuple[str, ...] = ()) -> Iterator[None]:
    """Variables of this process for a while."""
    before = dict(os.environ)
    for name in without:
        os.environ.pop(name, None)
    os.environ.update(env)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
