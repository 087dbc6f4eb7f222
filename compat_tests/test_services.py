"""DAGs that work on a database and a bucket do in Dagster what they do in Airflow: states, values, tables and objects.

Both sides run on real PostgreSQL and on a server of S3's interface (moto's), one after the other, each in a schema and
a bucket of its own, which the plan fills with the shop. What a side has left there is compared as its outputs.
"""

from collections.abc import Callable, Iterator, Mapping

import boto3
import pytest

from compat_tests.sides import AIRFLOW2, AIRFLOW3, PHASES, SPRING, compare, not_passing
from migrator.parity.result import Result
from migrator.services import ObjectStore, Server

OUTPUTS = {
    "revenue_report": ["database/daily_revenue.csv"],
    "user_profiles": ["database/profile_runs.csv"],
}
DATES = {"phase 1": SPRING[1:2], "phase 2": SPRING}
AIRFLOWS = {"Airflow 2": AIRFLOW2, "Airflow 3": AIRFLOW3}
CASES = [(version, phase) for version in AIRFLOWS for phase in DATES]
Ran = Mapping[tuple[str, str], Result]


@pytest.fixture(scope="module")
def servers(postgres: Server, s3: ObjectStore) -> Iterator[None]:
    """What the plan asks for, where it looks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ORDERS_DATABASE", postgres.url("compared_shop", driver=""))
        for name, text in s3.env.items():
            patch.setenv(name, text)
        yield


@pytest.fixture(scope="module")
def ran(servers: None, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Ran]:
    """One comparison for both DAGs and all dates of an Airflow and a phase."""
    found: dict[tuple[str, str], Ran] = {}

    def once(airflow: str, phase: str) -> Ran:
        if (airflow, phase) not in found:
            work = tmp_path_factory.mktemp("services")
            dag_ids, dates = tuple(OUTPUTS), DATES[phase]
            found[airflow, phase] = compare(
                PHASES[phase], AIRFLOWS[airflow], work, dag_ids=dag_ids, dates=dates
            )
        return found[airflow, phase]

    return once


@pytest.mark.parametrize("dag_id", OUTPUTS)
@pytest.mark.parametrize(("airflow", "phase"), CASES)
def test_both_systems_do_the_same(
    airflow: str, phase: str, dag_id: str, ran: Callable[[str, str], Ran]
) -> None:
    results = ran(airflow, phase)
    for date in DATES[phase]:
        result = results[dag_id, date]
        assert (result.verdict, not_passing(result)) == ("equal", [])
        assert len(result.all_items) > len(result.tasks)


@pytest.mark.parametrize("dag_id", OUTPUTS)
@pytest.mark.parametrize(("airflow", "phase"), CASES)
def test_what_both_left_in_database_and_bucket_was_compared(
    airflow: str, phase: str, dag_id: str, ran: Callable[[str, str], Ran]
) -> None:
    last = ran(airflow, phase)[dag_id, DATES[phase][-1]]
    names = {item.name for item in last.items}
    assert names >= set(OUTPUTS[dag_id])
    for date in DATES[phase]:
        assert len([name for name in names if name.startswith("bucket/") and date in name]) >= 2


def test_nothing_is_left_on_the_servers(
    ran: Callable[[str, str], Ran], postgres: Server, s3: ObjectStore
) -> None:
    ran("Airflow 2", "phase 2")
    schemas = postgres.sql("select nspname from pg_namespace where nspname like 'migrate%'", "compared_shop")
    keys = {"aws_access_key_id": s3.access_key, "aws_secret_access_key": s3.secret_key}
    store = boto3.resource("s3", endpoint_url=s3.endpoint_url, region_name=s3.region, **keys)
    assert schemas == ""
    assert not [bucket.name for bucket in store.buckets.all() if bucket.name.startswith("migrate-")]
