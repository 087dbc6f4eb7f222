"""Reports of a comparison for CI and for a browser: they say what differs, and are harmless whatever values say."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page

from migrator.parity.result import Item, Result, TaskResult
from migrator.parity.verdict import DIFFERENT, EQUAL, LEFT_OUT, ColumnStats, Counts, Outcome, RowPair
from migrator.report import comparison_html, comparison_junit

HOSTILE = "<script>alert(1)</script>\x07\ud800]]>"


def result(dag_id: str, *items: Item, error: str | None = None) -> Result:
    task = TaskResult("load", 2, ("success", "failed"), items)
    state = Item("state of the run", Outcome(EQUAL, "success"))
    told = {"notify": "has no step in Dagster"}
    day = ("2024-01-03T00:00:00+00:00", "2024-01-04T00:00:00+00:00")
    known = {"states": ("success", "success"), "tasks": (task,), "items": (state,), "left_out": told}
    return Result(dag_id, day, "2.11.2", "1.13.27", error=error, **({} if error else known))  # type: ignore[arg-type]


def table(column: str = "amount", value: str = "5.01") -> Item:
    row = RowPair(
        {"order_id": "7"}, {"order_id": "7", column: "5.00"}, {"order_id": "7", column: value}, (column,)
    )
    alone = RowPair({"order_id": "8"}, {"order_id": "8", column: "1.00"}, None)
    stats = (ColumnStats(column, 3, 1, 0, 0.01, 0.002),)
    found = Outcome(
        DIFFERENT, "2 of 5 rows", (row, alone), Counts(3, 1, 1, 0), stats, ("rounding to 2 digits",)
    )
    return Item("return_value", found)


RESULTS = [
    result(
        "orders", table(), Item("tries", Outcome(EQUAL, "1")), Item("extra", Outcome(LEFT_OUT, "by the plan"))
    ),
    result("quiet", Item("tries", Outcome(EQUAL, "1"))),
    result("broken", error="Dagster: ImportError"),
    result(f"hostile {HOSTILE}", table(HOSTILE, HOSTILE)),
]


def test_junit_has_a_suite_for_each_run_and_a_case_for_each_thing_compared() -> None:
    root = ElementTree.fromstring(comparison_junit.render(RESULTS))
    orders, quiet, broken, _ = root
    counts = {name: orders.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "5", "failures": "1", "errors": "0", "skipped": "2"}
    assert (quiet.get("failures"), broken.get("errors"), root.get("errors")) == ("0", "1", "1")
    failure = orders.find("testcase/failure")
    assert failure is not None and failure.get("type") == DIFFERENT
    lines = (failure.text or "").splitlines()
    assert lines[:3] == [
        "2 of 5 rows",
        "rows: 3 equal, 1 different, 1 missing, 0 extra",
        "likely cause: rounding to 2 digits",
    ]
    assert lines[3:] == [
        "row order_id=7",
        "  Airflow: amount=5.00",
        "  Dagster: amount=5.01",
        "row order_id=8",
        "  Airflow: order_id=8, amount=1.00",
        "  Dagster: no such row",
    ]


def test_junit_can_be_written_whatever_values_say() -> None:
    text = comparison_junit.render(RESULTS)
    text.encode("utf-8")
    assert "hostile <script>alert(1)</script>\ufffd\ufffd]]>" in (
        ElementTree.fromstring(text)[3].get("name") or ""
    )


def test_the_command_writes_each_form(tmp_path: Path) -> None:
    for side, amount in (("old", "5.00"), ("new", "5.01")):
        (tmp_path / f"{side}.csv").write_text(f"order_id,amount\n7,{amount}\n")
    sides = [str(tmp_path / "old.csv"), str(tmp_path / "new.csv")]
    for style, beginning in (("junit", "<?xml"), ("html", "<!doctype html>")):
        output = tmp_path / f"report.{style}"
        words = ["compare", *sides, "--key", "order_id", "--format", style, "--output", str(output)]
        done = subprocess.run([sys.executable, "-m", "migrator", *words], capture_output=True, text=True)
        assert done.returncode == 1, done.stderr
        text = output.read_text()
        assert text.startswith(beginning) and "5.01" in text


# ---------------------------------------------------------------------- in a real browser
@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The page of all results, of which any word in the console and any request is a fault."""
    path = tmp_path / "report.html"
    path.write_text(comparison_html.render(RESULTS), encoding="utf-8")
    made, wrong = browser.new_page(), list[str]()
    made.on("console", lambda message: wrong.append(message.text))
    made.on("pageerror", lambda error: wrong.append(str(error)))
    made.on("dialog", lambda dialog: wrong.append(dialog.message))
    made.on("request", lambda request: wrong.append(request.url) if request.url != path.as_uri() else None)
    made.goto(path.as_uri())
    yield made
    made.close()
    assert wrong == []


def shown(page: Page) -> list[str]:
    return [run.inner_text().split()[0] for run in page.locator("details.run:visible > summary").all()]


def test_what_does_not_pass_is_open_and_the_differing_cells_are_marked(page: Page) -> None:
    assert shown(page) == ["orders", "quiet", "broken", "hostile"]
    opened = page.locator("details.run[open] > summary")
    assert [text.split()[0] for text in opened.all_inner_texts()] == ["orders", "broken", "hostile"]
    orders = page.locator("details.run").first
    assert orders.locator("mark").all_inner_texts() == ["5.00", "5.01"]
    assert orders.get_by_text("no such row").count() == 1
    assert orders.get_by_text("likely cause: rounding to 2 digits").count() == 1
    assert page.locator("#shown").inner_text() == "4 of 4 shown"


def test_search_and_filter_leave_what_was_asked_for(page: Page) -> None:
    page.get_by_label("Search").fill("ROUNDING orders")
    assert shown(page) == ["orders"]
    page.get_by_label("Search").fill("nobody wrote this")
    assert shown(page) == []
    page.get_by_label("Search").fill("")
    page.get_by_label("Search").press("Tab")
    page.keyboard.press("Space")  # the box is reached and set without a mouse
    assert shown(page) == ["orders", "broken", "hostile"]
    assert page.locator("details.run").first.locator("tr[data-passes=yes]:visible").count() == 0


def test_a_hostile_text_stays_a_text(page: Page) -> None:
    hostile = page.locator("details.run").last
    assert "<script>alert(1)</script>" in hostile.locator("summary").inner_text()
    assert hostile.locator("script").count() == 0
    assert "<script>alert(1)</script>" in hostile.locator("mark").last.inner_text()


def test_it_fits_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_words_stay_whole_on_a_phone_and_a_wide_table_scrolls(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    table = page.locator("details.run").first.locator(".wide").first
    heading = table.locator("th", has_text="different").bounding_box()
    assert heading is not None and heading["width"] > heading["height"]
    table.focus()
    assert table.evaluate("e => e === document.activeElement && e.scrollWidth > e.clientWidth")
