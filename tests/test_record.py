"""The quick `dataclass`: whatever one does with an instance, the standard library's does the same."""

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import field
from typing import Any

import pytest

from migrator.record import dataclass


@dataclass(frozen=True)
class Point:
    x: int
    y: int = 0
    names: list[str] = field(default_factory=list, compare=False)


@dataclass(frozen=True)
class Named(Point):
    """With one more."""

    name: str = "no name"


@dataclass
class Count:
    start: int
    seen: list[int] = field(default_factory=list)
    total: int = field(init=False, repr=False, default=7)
    double: int = field(init=False)

    def __post_init__(self) -> None:
        self.double = self.start * 2


@dataclass(eq=False)
class Single:
    value: object = None


@dataclass(frozen=True)
class Own:
    value: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Own) and self.value % 10 == other.value % 10

    def __repr__(self) -> str:
        return "mine"


@dataclass(frozen=True)
class Empty:
    pass


def twin(cls: type[Any], **how: bool) -> Any:
    """The class as the standard library would have made it."""
    base = Point if cls is Named else None
    names = {n: v for n, v in vars(cls).items() if n in ("__annotations__", "__module__", "__post_init__")}
    for f in dataclasses.fields(cls):
        if f.name in names["__annotations__"]:
            given: dict[str, Any] = {"init": f.init, "repr": f.repr, "compare": f.compare}
            for kind in ("default", "default_factory"):
                if getattr(f, kind) is not dataclasses.MISSING:
                    given[kind] = getattr(f, kind)
            names[f.name] = field(**given)
    made = type(cls.__name__, (twin(base, frozen=True),) if base else (), names)
    return dataclasses.dataclass(**how)(made)


USES: list[Callable[[Any, Any], object]] = [
    lambda one, other: repr(one),
    lambda one, other: one == other,
    lambda one, other: one != copy.copy(one),
    lambda one, other: one == "something else",
    lambda one, other: hash(one) == hash(dataclasses.replace(one)),
    lambda one, other: len({one, other}),
    lambda one, other: dataclasses.asdict(one),
    lambda one, other: dataclasses.astuple(other),
    lambda one, other: [f.name for f in dataclasses.fields(one)],
    lambda one, other: one.__match_args__,
    lambda one, other: setattr(one, "x", 3),
    lambda one, other: delattr(one, "x"),
    lambda one, other: vars(one),
    lambda one, other: repr(type(one)()),
    lambda one, other: type(one)(1, 2, 3, 4, 5, 6),
    lambda one, other: type(one)(unknown=1),
]


def outcome(use: Callable[[Any, Any], object], one: object, other: object) -> object:
    try:
        return use(one, other)
    except Exception as error:
        return type(error)


@pytest.mark.parametrize("use", range(len(USES)))
@pytest.mark.parametrize(
    ("cls", "how", "first", "second"),
    [
        (Point, {"frozen": True}, {"x": 1}, {"x": 1, "names": ["other"]}),
        (Point, {"frozen": True}, {"x": 1}, {"x": 1, "y": 2}),
        (Named, {"frozen": True}, {"x": 1, "name": "a"}, {"x": 1}),
        (Count, {}, {"start": 2}, {"start": 2, "seen": [1]}),
        (Count, {}, {"start": 2}, {"start": 2}),
        (Empty, {"frozen": True}, {}, {}),
    ],
)
def test_an_instance_behaves_as_one_of_the_standard_library(
    cls: type[Any], how: dict[str, bool], first: dict[str, Any], second: dict[str, Any], use: int
) -> None:
    other = twin(cls, **how)
    ours = outcome(USES[use], cls(**first), cls(**second))
    assert ours == outcome(USES[use], other(**first), other(**second))


def test_each_instance_has_a_list_of_its_own() -> None:
    one, other = Point(1), Point(2)
    one.names.append("one")
    assert other.names == []


def test_without_equality_an_instance_is_equal_to_itself_alone() -> None:
    one = Single()
    assert one == one and one != Single() and len({one, Single()}) == 2


def test_methods_that_a_class_has_itself_stay() -> None:
    assert Own(1) == Own(11) and repr(Own(1)) == "mine" and hash(Own(3)) == hash(Own(3))


def test_a_frozen_instance_refuses_changes_and_can_be_sent_to_another_process() -> None:
    one = Named(1, name="a")
    with pytest.raises(dataclasses.FrozenInstanceError, match="'y'"):
        one.y = 2  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(one)) == one


def test_an_instance_that_holds_itself_can_be_shown() -> None:
    one = Single()
    one.value = [one]
    assert repr(one) == "Single(value=[...])"


def test_a_field_may_have_the_name_of_anything() -> None:
    @dataclass(frozen=True)
    class Named:
        values: tuple[int, ...]
        known: str = "k"

    assert Named((1, 2)).values == (1, 2) and hash(Named((1,))) == hash(Named((1,)))
