"""The page for tickets: right figures, and no text of a DAG file becomes markup."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from migrator.report import scan_markdown
from migrator.report.markdown import cell, code, head, row
from migrator.survey import Options, Survey
from tests.report import hostile

COMMENT = 65_536  # characters that code hosts take
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
BLOCKS = {"heading", "paragraph", "bullet_list", "list_item", "table", "thead", "tbody", "tr", "th", "td"}
INLINE = {"text", "code_inline", "softbreak", "strong_open", "strong_close", "em_open", "em_close"}


def page(survey: Survey) -> str:
    out = io.StringIO()
    scan_markdown.write(survey, out)
    return out.getvalue()


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    with hostile.survey(tmp_path_factory.mktemp("dags")) as survey:
        return page(survey)


def inline(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def plain(text: str) -> str:
    """A text on one line, as it is shown."""
    return "".join(c if c.isprintable() else "\ufffd" for c in " ".join(text.split()))


def widths(tokens: list[Token]) -> Iterator[tuple[int, int]]:
    """Of each row of each table: how many cells it has, and how many its table."""
    columns = cells = 0
    for token in tokens:
        if token.type in ("table_open", "tr_open"):
            columns, cells = (0 if token.type == "table_open" else columns), 0
        cells += token.type in ("th_open", "td_open")
        columns += token.type == "th_open"
        if token.type == "tr_close":
            yield cells, columns


def test_the_page_has_only_the_markup_of_the_report(text: str) -> None:
    tokens = PARSER.parse(text)
    assert {t.type.removesuffix("_open").removesuffix("_close") for t in tokens} <= BLOCKS | {"inline"}
    assert {t.type for t in inline(tokens)} <= INLINE


def test_no_text_of_a_dag_file_stands_outside_a_code_span(text: str) -> None:
    outside = " ".join(t.content for t in inline(PARSER.parse(text)) if t.type == "text")
    assert not [c for c in "<>[]@#|$~&" if c in outside]
    assert not [
        word for word in ("http", "www", "alert", "someone", "tada", "example.com", "bold") if word in outside
    ]


def test_every_row_of_a_table_has_the_cells_of_its_head(text: str) -> None:
    assert all(cells == columns for cells, columns in widths(PARSER.parse(text)))


def test_every_dag_is_in_the_page_by_its_id(text: str) -> None:
    shown = {t.content for t in inline(PARSER.parse(text)) if t.type == "code_inline"}
    assert {plain(i).replace("\\|", "\\¦") for i in hostile.IDS} <= shown


@given(st.text(max_size=100))
def test_any_text_in_a_code_span_is_that_text(text: str) -> None:
    shown = [t.content for t in inline(PARSER.parse(f"x {code(text)}"))]
    assert shown == (["x ", plain(text)] if plain(text) else ["x -"])


@given(st.text(alphabet="`|\\ a\n<&", max_size=20))
def test_bars_and_backticks_and_backslashes_stay_inside_their_cell(text: str) -> None:
    tokens = PARSER.parse(head(("A", "B")) + row((cell(text), "next")))
    assert list(widths(tokens)) == [(2, 2), (2, 2)]
    shown = [t.content for t in inline(tokens)][2:]
    assert shown == [plain(text).replace("\\|", "\\¦") or "-", "next"]


def test_the_page_tells_cost_order_and_reasons(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(hostile.text("orders") + hostile.text("reports"))
    with Survey([tmp_path], Options(jobs=1)) as survey:
        found = page(survey)
        total = survey.effort["hours"]
    for title in (
        "## Effort",
        "### What this rests on",
        "## Order",
        "## DAGs",
        "## Findings",
        "#### `orders`",
    ):
        assert f"\n{title}\n" in found
    assert f"| **All** |  | **{total:g}** |" in found
    assert found.index("** blocking") < found.index("- **CF009** warning")


def test_a_large_project_still_fits_in_a_comment_and_says_what_is_left_out(tmp_path: Path) -> None:
    for number in range(700):
        name = f"{'a_rather_long_name_' * 3}{number}"
        (tmp_path / f"{name}.py").write_text(hostile.text(name))
    with Survey([tmp_path], Options(jobs=1)) as survey:
        found = page(survey)
    assert 20_000 < len(found) < COMMENT
    assert "more DAGs; `migrate scan --format json` has all" in found


def test_a_folder_without_dags_gives_a_page_too(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    with Survey([tmp_path], Options(jobs=1)) as survey:
        assert "They hold 0 DAGs" in page(survey)


@pytest.mark.parametrize(
    ("amount", "said"),
    [(0, "0"), (7.4, "7"), (99, "99"), (443.75, "440"), (1100, "1,100"), (98765, "99,000")],
)
def test_the_headline_has_two_digits_that_matter(amount: float, said: str) -> None:
    assert scan_markdown._about(amount) == said
