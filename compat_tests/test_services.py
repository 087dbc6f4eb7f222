"""DAGs that work on a database and a bucket do in Dagster what they do in Airflow: states, values, table and objects.

Both sides run on real PostgreSQL and on a server of S3's interface (moto's), one after the other. Each finds the same
shop and an empty bucket; what it has left there is read before the other one starts.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import psycopg2
import pytest

from compat_tests.sides import AIRFLOW2, AIRFLOW3, DAGS, PHASES, ROOT, SPRING, manifest_of, not_passing
from fixtures.database import load
from migrator import plan as plans
from migrator.parity import runner
from migrator.parity.dagster_side import Project
from migrator.parity.result import Result
from migrator.parity.runner import Job
from migrator.parity.sandbox import Sandbox
from migrator.services import ObjectStore, Server

BUCKET = "compared-reports"
TABLES = {"revenue_report": "daily_revenue", "user_profiles": "profile_runs"}
DATES = {"phase 1": SPRING[1:2], "phase 2": SPRING}
AIRFLOWS = {"Airflow 2": AIRFLOW2, "Airflow 3": AIRFLOW3}
CASES = [(version, phase) for version in AIRFLOWS for phase in DATES]
Left = tuple[dict[str, bytes], list[tuple[object, ...]]]
Ran = tuple[Mapping[tuple[str, str], Result], Mapping[Path, dict[str, Left]]]


@dataclass(frozen=True)
class Shop:
    """A database and a bucket that both sides work on, one after the other."""

    url: str
    store: ObjectStore

    @property
    def connections(self) -> dict[str, str]:
        """As Airflow reads them: one as a URI, one as JSON."""
        place = {"endpoint_url": self.store.endpoint_url, "region_name": self.store.region}
        keys = {"login": self.store.access_key, "password": self.store.secret_key}
        return {
            "AIRFLOW_CONN_ORDERS_DB": self.url.replace("postgresql://", "postgres://"),
            "AIRFLOW_CONN_REPORTS_S3": json.dumps({"conn_type": "aws", **keys, "extra": place}),
            "REPORTS_BUCKET": BUCKET,
        }

    def renew(self) -> None:
        """The shop as it was, and an empty bucket."""
        load(ROOT / "fixtures" / "small", self.url)
        bucket = self._bucket()
        bucket.create()
        bucket.objects.delete()

    def left(self) -> dict[str, Left]:
        """What is in the bucket now, and in the table of each DAG."""
        found = {one.key: one.get()["Body"].read() for one in self._bucket().objects.all()}
        return {dag_id: (found, self._rows(table)) for dag_id, table in TABLES.items()}

    def _bucket(self) -> Any:
        keys = {"aws_access_key_id": self.store.access_key, "aws_secret_access_key": self.store.secret_key}
        place = {"endpoint_url": self.store.endpoint_url, "region_name": self.store.region}
        return boto3.resource("s3", **keys, **place).Bucket(BUCKET)

    def _rows(self, table: str) -> list[tuple[object, ...]]:
        connection = psycopg2.connect(self.url)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT to_regclass(%s)", (table,))
                if cursor.fetchone() == (None,):
                    return []
                cursor.execute(f"SELECT * FROM {table}")
                return sorted(cursor.fetchall(), key=repr)
        finally:
            connection.close()


@dataclass(frozen=True)
class Served(Sandbox):
    """A sandbox with a shop. `seen`: what was there afterwards, by the folder of the side."""

    shop: Shop
    seen: dict[Path, dict[str, Left]] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """With the connections."""
        return {**super().environment(), **self.shop.connections}

    @contextmanager
    def fresh(self, left_behind: Path) -> Iterator[Path]:
        """The same shop for each."""
        self.shop.renew()
        with super().fresh(left_behind) as folder:
            yield folder
        self.seen[left_behind.parent] = self.shop.left()


def compared(airflow: str, phase: str, shop: Shop, work: Path) -> Ran:
    """Results by DAG and date, and what each side left behind."""
    plan, project = plans.read(ROOT / "migrate.yaml"), PHASES[phase]
    fixtures = ROOT / "fixtures" / "small"
    sandbox = Served((work / "sandbox").resolve(), fixtures, plan.sandbox, shop)
    job = Job(
        project=Project(project, sys.executable),
        manifest=manifest_of(project),
        dags=DAGS,
        dag_ids=list(TABLES),
        dates=list(DATES[phase]),
        plan=plan,
        sandbox=sandbox,
        work=work,
    )
    results = runner.run(job, [AIRFLOWS[airflow]])
    return {(result.dag_id, str(result.date)): result for result in results}, sandbox.seen


@pytest.fixture(scope="session")
def ran(
    postgres: Server, s3: ObjectStore, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, str], Ran]:
    """One comparison for both DAGs and all dates of an Airflow and a phase."""
    shop = Shop(postgres.url("compared_shop", driver=""), s3)
    found: dict[tuple[str, str], Ran] = {}

    def once(airflow: str, phase: str) -> Ran:
        if (airflow, phase) not in found:
            found[airflow, phase] = compared(airflow, phase, shop, tmp_path_factory.mktemp("services"))
        return found[airflow, phase]

    return once


def left_of(seen: Mapping[Path, dict[str, Left]], dag_id: str, side: str) -> Left:
    return next(left[dag_id] for folder, left in seen.items() if folder.parts[-2:] == (dag_id, side))


@pytest.mark.parametrize("dag_id", TABLES)
@pytest.mark.parametrize(("airflow", "phase"), CASES)
def test_both_systems_do_the_same(
    airflow: str, phase: str, dag_id: str, ran: Callable[[str, str], Ran]
) -> None:
    results = ran(airflow, phase)[0]
    for date in DATES[phase]:
        result = results[dag_id, date]
        assert (result.verdict, not_passing(result)) == ("equal", [])
        assert len(result.all_items) > len(result.tasks)


@pytest.mark.parametrize("dag_id", TABLES)
@pytest.mark.parametrize(("airflow", "phase"), CASES)
def test_both_leave_the_same_objects_and_rows(
    airflow: str, phase: str, dag_id: str, ran: Callable[[str, str], Ran]
) -> None:
    seen = ran(airflow, phase)[1]
    objects, rows = left_of(seen, dag_id, "airflow")
    assert len(objects) >= 2 * len(DATES[phase])
    assert {str(row[0]) for row in rows} == set(DATES[phase])
    assert left_of(seen, dag_id, "dagster") == (objects, rows)
