"""Inventories added up, and what of them may be printed."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.inventory import Inventory, Total
from migrator.inventory.model import shown
from tests.inventory.conftest import inventories_of

PASSWORDS = st.text(st.characters(categories=["Lu", "Ll", "Nd"], max_codepoint=127), min_size=8, max_size=30)


def test_names_are_counted_by_dag_and_datasets_keep_their_dags() -> None:
    total = Total()
    total.add("b", Inventory(variables=("x", "y"), produces=("s3://d",), templates={"date": 2}).as_json())
    total.add("a", Inventory(variables=("x",), produces=("s3://d",), templates={"date": 1}).as_json())
    total.add("c", Inventory(pools=("p",), consumes=("s3://d",)).as_json())
    found = total.as_json()
    assert found["variables"] == {"x": 2, "y": 1}
    assert found["pools"] == {"p": 1}
    assert found["datasets"] == {"s3://d": {"producers": ["a", "b"], "consumers": ["c"]}}
    assert found["templates"] == {"date": 3}


def test_the_report_has_all_keys_when_there_is_nothing() -> None:
    assert Total().as_json().keys() == Inventory().as_json().keys()


@given(PASSWORDS)
def test_a_password_in_a_name_is_hidden(password: str) -> None:
    assert f":{password}@" not in shown(f"postgresql://shop:{password}@db/orders")
    assert password not in json.dumps(shown(f"s3://bucket/x?password={password}"))


def test_a_name_is_one_line_and_not_a_page() -> None:
    assert len(shown("a\nb" * 1000)) == 250 and "\n" not in shown("a\nb")


SECRETIVE = """\
import os
from airflow import DAG, Dataset
from airflow.models import Variable
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
ADDRESS = os.environ.get("DATABASE", "postgresql://shop:SECRET@db/orders")
def work():
    Variable.get("a", default_var="SECRET")
    Variable.set("b", "SECRET")
    return os.getenv("C", "SECRET")
with DAG("a"):
    PythonOperator(task_id="p", python_callable=work)
    BashOperator(
        task_id="t",
        bash_command="{{ var.value.get('d', 'SECRET') }}",
        db_conn_id="postgresql://shop:SECRET@db/orders",
        outlets=[Dataset("postgresql://shop:SECRET@db/orders")],
        env={"PASSWORD": "SECRET"},
    )
"""


@settings(max_examples=20, deadline=None)
@given(PASSWORDS)
def test_no_secret_of_a_dag_file_is_in_its_inventory(password: str) -> None:
    secret = f"Zq9{password}"
    with TemporaryDirectory() as folder:
        (Path(folder) / "a.py").write_text(SECRETIVE.replace("SECRET", secret))
        found = inventories_of(Path(folder))["a"]
    told = json.dumps(found.as_json()) + str(found.findings)
    assert secret not in told
    assert found.variables == ("a", "b", "d") and found.environment == ("C", "DATABASE")
