"""`params` become fields of a Config class: types, limits and defaults as the schema says, or a reason why not."""

from typing import Any

import pytest

from migrator.convert.launch import Launch, class_text, launch
from migrator.ir import Code, Dag, Dictionary, Literal, Origin, Task, Unknown, Value

HERE = Origin("d.py")


def launched(params: Value, own: Value | None = None, *, by_hand: bool = True) -> Launch:
    dag = Dag("d", HERE, args={"params": params})
    task = Task("t", "Operator", HERE, args={"params": own} if own else {})
    return launch(dag, task, by_hand=by_hand, typed=True)


def of(source: str) -> str:
    """The line for one Param."""
    found = launched(Dictionary({"x": Code(source, "a param")}))
    return found.problems["x"] if found.problems else found.declared["x"].text


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("Param(3)", "x: int = 3"),
        ('Param("a", type="string", maxLength=3)', "x: str = Field('a', max_length=3)"),
        (
            'Param(5, type="integer", minimum=1, description="Rows")',
            "x: int = Field(5, ge=1, description='Rows')",
        ),
        ('Param(None, type=["null", "number"])', "x: float | None = None"),
        ('Param("a", enum=["a", "b"])', "x: Literal['a', 'b'] = 'a'"),
        ('Param([], type="array", items={"type": "string"})', "x: list[str] = []"),
        ('Param({}, type="object", title="Shown only")', "x: dict[str, Any] = {}"),
        ('Param(type="integer")', "x: int"),
        ('models.Param(default=True, type="boolean")', "x: bool = True"),
        ('Param("a", type="string", format="multiline")', "x: str = 'a'"),
    ],
)
def test_a_schema_is_a_field(source: str, line: str) -> None:
    assert of(source) == line


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ('Param("10:00", type="string", format="time")', "'x' is checked by format"),
        ('Param(5, type="integer", format="date")', "'x' is checked by format"),
        ("Param(1, enum=[1, 2])", "the schema of 'x' has no native form"),
        ('Param(1, type=["integer", "string"])', "the schema of 'x' has no native form"),
        ('Param("a", type="string", pattern="(?=a)a")', "the schema of 'x' has no native form"),
        ("Param(today())", "the schema of 'x' is not made of constants"),
        ("make_param()", "'x' is neither a constant nor a Param"),
    ],
)
def test_what_a_field_cannot_check_is_refused(source: str, why: str) -> None:
    assert of(source) == why


def test_the_params_of_a_task_come_before_those_of_its_dag() -> None:
    found = launched(Literal({"a": 1, "b": 2}), Literal({"b": "two"}))
    assert [one.text for one in found.fields] == ["a: int = 1", "b: str = 'two'"]


@pytest.mark.parametrize("name", ["my-param", "class", "_hidden", "model_name", "json"])
def test_a_name_that_pydantic_does_not_take_is_refused(name: str) -> None:
    assert name in launched(Literal({name: 1})).problems


def test_params_that_are_not_known_are_refused() -> None:
    assert launched(Unknown("read from a file")).problems


def test_a_key_of_conf_with_two_defaults_has_no_field() -> None:
    found = launched(Literal({}))
    assert found.conf("path", "'a'") and not found.conf("path", "'b'")


def test_a_key_of_conf_that_is_a_param_has_no_field_of_its_own() -> None:
    found = launched(Literal({"path": "a"}))
    assert found.conf("path", "None") is None


def test_a_run_that_nobody_launches_by_hand_requires_nothing() -> None:
    assert launched(Literal({}), by_hand=False).required("path") is None


def test_a_date_is_checked_by_the_class() -> None:
    given = (
        'Param(None, type=["null", "string"], format="date")',
        'Param(type="string", format="date-time")',
    )
    fields = [
        launched(Dictionary({f"x{i}": Code(text, "a Param")})).fields[0] for i, text in enumerate(given)
    ]
    lines = sorted({line for one in fields for line in one.imports})
    text = "\n".join([*lines, "import dagster as dg", class_text("Days", "dg.Config", tuple(fields), "Two.")])
    names: dict[str, Any] = {}
    exec(text.replace("from ..runtime", "from migrator.runtime"), names)
    days = names["Days"]
    assert days(x0="2024-02-29", x1="2024-01-31T06:00:00Z").x0 == "2024-02-29"
    assert days(x1="2024-01-31T06:00:00.5+01:00").x0 is None
    for x0, x1 in (
        ("20240229", "2024-01-31T06:00:00Z"),
        ("2024-02-30", "2024-01-31T06:00:00Z"),
        (None, "2024-01-31"),
    ):
        with pytest.raises(ValueError):
            days(x0=x0, x1=x1)
