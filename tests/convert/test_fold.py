"""Texts of one shape become one text with parameters, which gives back each of them."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.convert.factories import ASSET, wrapped
from migrator.convert.fold import Folded, fold

Seen = tuple[dict[str, object], object]
PIECES = st.text(alphabet="ab_-/ {}'\"\\\n%é0", max_size=6)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
CONSTANTS = st.one_of(PIECES, st.integers(-3, 12), st.booleans(), st.none(), NUMBERS)
NAMES = PIECES.filter(bool)  # a slot that is empty in one text only has no form
ROWS = st.lists(st.tuples(NAMES, CONSTANTS, st.lists(PIECES, max_size=2)), min_size=2, max_size=4)


def text_of(row: tuple[str, object, list[str]], before: str, after: str) -> str:
    name, value, items = row
    slot = (before + name).replace("{", "{{").replace("}", "}}")
    return f"""@seen(name={before + name + after!r}, items={items!r}, value={value!r})
def _asset():
    '''Always the same.'''
    name = {name!r}
    # what it is
    value = {value!r}
    return [name, value, {name + after!r}, f{slot!r}, f{"{value!r:>5} " + slot!r}]
"""


def run(text: str, names: dict[str, object] | None = None) -> list[Seen]:
    """What the decorators and the functions of a text see."""
    found: list[Seen] = []

    def seen(**options: object) -> Callable[[Callable[[], object]], object]:
        return lambda function: found.append((options, function()))

    exec(text, {"seen": seen, **(names or {})})
    return found


def filled(folded: Folded, row: Sequence[str]) -> list[Seen]:
    """What a factory with these parameters makes of one row."""
    text = wrapped("factory", folded, ASSET, None)
    return run(f"{text}\nfactory({', '.join(row)})", {"dg": SimpleNamespace(AssetsDefinition=object)})


@given(ROWS, PIECES, PIECES)
@settings(max_examples=60, deadline=None)
def test_each_row_gives_back_what_its_text_did(
    rows: list[tuple[str, object, list[str]]], before: str, after: str
) -> None:
    texts = [text_of(row, before, after) for row in rows]
    folded = fold(texts)
    assert folded is not None and len(folded.rows) == len(texts)
    for text, row in zip(texts, folded.rows, strict=True):
        assert repr(filled(folded, row)) == repr(run(text))


def asset(table: str, rest: str = "", key: str = "id") -> str:
    return f'@dg.asset(name="load_{table}"{rest})\ndef _asset():\n    key = "{key}"\n    return load("{table}", key)\n'


def test_what_varies_together_is_one_parameter() -> None:
    folded = fold([asset("orders"), asset("stock")], called="table")
    assert folded is not None
    assert folded.parameters == ("table",)
    assert folded.rows == (("'orders'",), ("'stock'",))
    assert "name=f'load_{table}'" in folded.text and "return load(table, key)" in folded.text


def test_a_name_that_only_holds_a_parameter_is_the_parameter() -> None:
    folded = fold([asset("orders", key="order_id"), asset("stock", key="sku")], called="table")
    assert folded is not None and folded.parameters == ("table", "key")
    assert "key =" not in folded.text


def test_a_name_that_is_set_once_more_is_not_taken_for_a_parameter() -> None:
    text = '@op(name="load_{0}")\ndef _op():\n    table = "{0}"\n    table += "!"\n    return table\n'
    folded = fold([text.format("a"), text.format("b")], called="table")
    assert folded is not None and folded.parameters == ("table_name",)
    assert "    table = table_name\n" in folded.text


def test_a_list_of_another_length_is_a_parameter() -> None:
    rest = ', deps=[dg.AssetKey(["a", "b"])]'
    folded = fold([asset("orders"), asset("stock", rest)])
    assert folded is not None
    assert [row[-1] for row in folded.rows] == ["[]", '[dg.AssetKey(["a", "b"])]']


def test_numbers_in_names_are_numbers() -> None:
    folded = fold([asset(f"{n}").replace(f'load("{n}", key)', "None") for n in range(3)], called="n")
    assert folded is not None and folded.rows == (("0",), ("1",), ("2",)) and folded.kinds == ("int",)


def test_texts_of_the_file_are_not_taken_apart() -> None:
    texts = [asset("orders").replace("load_orders", "load_" + n) for n in ("a", "b")]
    folded = fold(texts, literals={"load_a", "load_b"})
    assert folded is not None and folded.rows == (("'load_a'",), ("'load_b'",))


def test_other_code_has_no_common_form() -> None:
    assert fold([asset("orders"), asset("stock").replace("load(", "store(")]) is None
    assert fold([asset("orders"), asset("stock").replace("return", "'''Doc.'''\n    return")]) is None


def test_docstrings_that_differ_have_no_common_form() -> None:
    text = '@op()\ndef _op():\n    """Loads {0}."""\n    return "{0}"\n'
    assert fold([text.format("a"), text.format("b")]) is None
