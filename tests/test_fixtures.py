"""The bundled data: the same arguments give the same bytes, and each compared day has what it is for."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from fixtures.generate import generate, main
from fixtures.settings import Settings

SMALL = Path(__file__).parent.parent / "fixtures" / "small"
COMPARED_DAYS = ("2024-01-03", "2024-01-04", "2024-01-05")


def contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def lines_of(day: str) -> list[dict[str, str]]:
    with (SMALL / "orders.csv").open(encoding="utf-8", newline="") as file:
        return [line for line in csv.DictReader(file) if line["updated_at"].startswith(day)]


def is_wrong(line: dict[str, str]) -> bool:
    return not (line["customer_id"] and line["unit_price"] and line["quantity"].isdigit() and line["status"])


def test_the_small_data_is_what_the_generator_writes(tmp_path: Path) -> None:
    main(["--rows", "1116", "--out", str(tmp_path)])
    assert contents(tmp_path) == contents(SMALL)


def test_another_seed_is_other_data(tmp_path: Path) -> None:
    generate(tmp_path, Settings(rows=1116, seed=8))
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
    told = json.loads((SMALL / "source_status.json").read_text())
    assert {day: told[day] for day in COMPARED_DAYS if day in told} == {"2024-01-05": {"failing_tries": 1}}


def rows_of(name: str) -> list[dict[str, str]]:
    with (SMALL / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_order_is_of_a_known_customer_or_of_none() -> None:
    known = {customer["customer_id"] for customer in rows_of("customers")}
    assert {order["customer_id"] for order in rows_of("orders")} - known == {""}


def test_lines_are_in_the_order_of_their_changes() -> None:
    changes = [order["updated_at"] for order in rows_of("orders")]
    assert changes == sorted(changes)


def test_the_export_tells_the_first_item_of_each_order() -> None:
    first = {item["order_id"]: item["product_id"] for item in rows_of("order_items") if item["item"] == "1"}
    assert {order["order_id"]: order["product_id"] for order in rows_of("orders")} == first


def test_orders_pay_the_price_of_their_day() -> None:
    listed: dict[str, list[tuple[str, str]]] = {}
    for change in rows_of("price_changes"):
        listed.setdefault(change["product_id"], []).append((change["valid_from"], change["price"]))
    ordered = {order["order_id"]: order["created_at"] for order in rows_of("orders")}
    for item in rows_of("order_items"):
        if item["product_id"] in listed:
            known = sorted(
                price for price in listed[item["product_id"]] if price[0] <= ordered[item["order_id"]]
            )
            assert item["unit_price"] == known[-1][1]


def test_page_views_are_late_twice_of_bots_and_of_unknown_people() -> None:
    views = rows_of("page_views")
    assert max(Counter(tuple(view.values()) for view in views).values()) == 2
    assert {view["user_id"] for view in views} >= {"", "1001"}
    assert any("bot" in view["user_agent"].lower() for view in views)
    assert [view["view_id"] for view in views] != sorted((view["view_id"] for view in views), key=int)


def test_clocks_of_the_visitors_go_forward_on_the_night_of_the_change() -> None:
    shown = [view["viewed_at"] for view in rows_of("page_views")]
    days = {
        "winter": ("2024-01-01", "2024-03-10"),
        "both": ("2024-03-11", "2024-03-31"),
        "summer": ("2024-04-01", "2024-05"),
    }
    ahead = {
        name: {text[-6:] for text in shown if first <= text < last} for name, (first, last) in days.items()
    }
    assert ahead["winter"] == {"+01:00", "+02:00", "-05:00", "+09:00"}
    assert ahead["both"] == {"+01:00", "+02:00", "-04:00", "+09:00"}
    assert "+01:00" not in ahead["summer"] and "+02:00" in ahead["summer"]


def test_a_row_is_the_same_in_any_number_of_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fixtures.orders.AT_ONCE", 100)
    monkeypatch.setattr("fixtures.views.AT_ONCE", 77)
    generate(tmp_path, Settings(rows=1116))
    assert contents(tmp_path) == contents(SMALL)
