"""Inventories added up, and what of them may be printed."""

import json

from hypothesis import given
from hypothesis import strategies as st

from migrator.inventory import Inventory, Total
from migrator.inventory.model import shown

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
