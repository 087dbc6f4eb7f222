"""The bundled data: the same arguments give the same bytes, and each compared day has what it is for."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from fixtures.generate import Order, Settings, generate, main, orders

SMALL = Path(__file__).parent.parent / "fixtures" / "small"
COMPARED_DAYS = ("2024-01-03", "2024-01-04", "2024-01-05")


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def lines_of(day: str) -> list[dict[str, str]]:
    with (SMALL / "orders.csv").open(encoding="utf-8", newline="") as file:
        return [line for line in csv.DictReader(file) if line["updated_at"].startswith(day)]


def is_wrong(line: dict[str, str]) -> bool:
    return not (line["customer_id"] and line["unit_price"] and line["quantity"].isdigit() and line["status"])


def test_the_small_data_is_what_the_generator_writes(tmp_path: Path) -> None:
    main(["--rows", "84", "--out", str(tmp_path)])
    assert contents(tmp_path) == contents(SMALL)


def test_another_seed_is_other_data(tmp_path: Path) -> None:
    generate(tmp_path, Settings(rows=84, seed=8))
    assert (tmp_path / "orders.csv").read_bytes() != (SMALL / "orders.csv").read_bytes()


@pytest.mark.parametrize("day", COMPARED_DAYS)
def test_each_compared_day_has_wrong_lines(day: str) -> None:
    assert any(map(is_wrong, lines_of(day)))


@pytest.mark.parametrize("day", COMPARED_DAYS)
def test_each_compared_day_has_refunds(day: str) -> None:
    assert any(line["status"] == "refunded" for line in lines_of(day))


@pytest.mark.parametrize("day", COMPARED_DAYS)
def test_each_compared_day_has_a_line_that_was_exported_twice(day: str) -> None:
    assert max(Counter(tuple(line.values()) for line in lines_of(day)).values()) == 2


def test_an_order_of_one_day_is_changed_on_another() -> None:
    assert any(line["created_at"] < "2024-01-03" for line in lines_of("2024-01-03"))


def test_only_the_day_of_the_outage_is_mostly_wrong() -> None:
    shares = {day: sum(map(is_wrong, lines_of(day))) / len(lines_of(day)) for day in COMPARED_DAYS}
    assert [day for day, share in shares.items() if share > 0.15] == ["2024-01-04"]


def test_the_source_fails_once_on_one_compared_day() -> None:
    assert json.loads((SMALL / "source_status.json").read_text()) == {"2024-01-05": {"failing_tries": 1}}


def test_every_order_is_of_a_known_customer_or_of_none() -> None:
    with (SMALL / "customers.csv").open(encoding="utf-8", newline="") as file:
        known = {customer["customer_id"] for customer in csv.DictReader(file)}
    assert {line["customer_id"] for day in COMPARED_DAYS for line in lines_of(day)} - known <= {""}


def test_lines_are_in_the_order_of_their_changes() -> None:
    changes = [order.updated_at for order in orders(Settings(rows=500))]
    assert changes == sorted(changes)


def test_orders_are_streamed() -> None:
    first: Iterator[Order] = islice(orders(Settings(rows=10**9)), 3)
    assert [order.order_id for order in first] == ["10000", "10001", "10002"]
