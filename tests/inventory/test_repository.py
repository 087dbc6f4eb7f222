"""A small repository as teams have them: helpers, hooks and operators of their own, queries and scripts beside."""

import json
from pathlib import Path

import pytest

from migrator.inventory import Inventory, Total
from tests.inventory.conftest import inventories_of

ROOT = Path(__file__).parent / "repository"


@pytest.fixture(scope="module")
def orders() -> Inventory:
    return inventories_of(ROOT)["orders"]


@pytest.fixture(scope="module")
def second() -> Inventory:
    return inventories_of(ROOT)["second"]


def test_variables_of_templates_functions_helpers_hooks_and_callbacks(orders: Inventory) -> None:
    assert set(orders.variables) == {
        *("sales_bucket", "key_one", "key_two", "orders_key", "orders_limits"),
        *("crm_token", "slack_channel", "amount_limit", "paths", "other"),
    }


def test_connections_by_argument_hook_wrapper_and_template(orders: Inventory) -> None:
    assert set(orders.connections) == {
        *("warehouse_db", "legacy_db", "crm_main", "crm_api", "target_db", "lake_s3", "ftp_in", "reporting"),
    }


def test_files_beside_the_dag(orders: Inventory) -> None:
    assert orders.files == (
        *("dags/conf/*.json", "dags/conf/regions.csv", "dags/scripts/run.sh", "dags/sql/orders.sql"),
    )


def test_environment_of_the_file_and_of_what_it_imports(orders: Inventory) -> None:
    assert orders.environment == ("DATABASE_URL", "PREVIEW", "SHOP_STAGE", "STAGE")


def test_packages_without_airflow_the_standard_library_and_the_repository(orders: Inventory) -> None:
    assert orders.packages == (
        *("apache-airflow-providers-amazon", "apache-airflow-providers-common-sql"),
        *("apache-airflow-providers-postgres", "pandas", "polars", "requests"),
    )


def test_pools_and_datasets(orders: Inventory, second: Inventory) -> None:
    assert orders.pools == ("db_pool",)
    assert (orders.produces, second.consumes) == (("s3://lake/orders",), ("s3://lake/orders",))


def test_templates_by_kind_also_those_of_files(orders: Inventory) -> None:
    assert orders.templates == {
        **{"conf": 1, "connection": 2, "date": 2, "macro": 2, "params": 1, "run": 1},
        **{"variable": 3, "xcom": 1},
    }


def test_what_has_no_name_is_a_finding_at_its_line(orders: Inventory) -> None:
    lines = (ROOT / "dags/orders.py").read_text().splitlines()
    found = [(f.code, lines[f.origin.line - 1].strip()) for f in orders.findings]
    assert found == [
        ("EN007", 'Variable.get(region + "_limit")'),
        ("DP005", 'LoadOperator(task_id="f", sql="missing.sql", lake=settings.Buckets.LAKE)'),
    ]


def test_a_dag_beside_another_has_only_its_own_needs(second: Inventory) -> None:
    assert set(second.variables) == {"sales_bucket", "second_bucket"}
    assert second.connections == ()
    assert "HIDDEN" in second.environment


def test_no_value_is_shown() -> None:
    total = Total()
    for dag_id, inventory in inventories_of(ROOT).items():
        total.add(dag_id, inventory.as_json())
    text = json.dumps(total.as_json())
    assert "hunter2" not in text and "s3cr3t" not in text
