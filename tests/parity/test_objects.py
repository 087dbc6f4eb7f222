"""Arrays, dataclasses, models and other objects: compared by what their pickles are made of; none of it runs."""

import os
import pickle
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel

from migrator.parity import plugins
from migrator.parity.record import Artifact, Json, Opaque
from migrator.parity.values import compare
from migrator.parity.verdict import DIFFERENT, EQUAL, NOT_COMPARABLE, How, Outcome

MANY = "x" * 3000  # longer than the repr that a record keeps


@dataclass
class Order:
    net: Decimal
    at: datetime = datetime(2024, 1, 3)
    lines: list[Any] = field(default_factory=list)
    note: str = MANY


class Model(BaseModel):
    net: float
    tags: dict[str, int] = {}
    note: str = MANY


class Node:
    """It holds itself, by way of its children."""

    def __init__(self, name: str) -> None:
        self.name, self.children = name, list[Any]()

    def with_child(self, name: str) -> "Node":
        child = Node(name)
        child.children.append(self)
        self.children.append(child)
        return self


class Colour(Enum):
    RED = 1
    BLUE = 2


class Deletes:
    """What a pickle may do to who loads it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("echo run > /dev/full; exit 1",)


def opaque(place: Path, value: Any, kind: str = "") -> Opaque:
    path = place / f"{len(list(place.iterdir()))}.pickle"
    path.write_bytes(pickle.dumps(value, 4))
    name = kind or f"{type(value).__module__}.{type(value).__qualname__}"
    return Opaque(name, repr(value)[:2000], path)


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        pytest.param(Order(Decimal("1.10")), Order(Decimal("1.10")), EQUAL, id="dataclasses"),
        pytest.param(Order(Decimal("1.10")), Order(Decimal("1.1")), DIFFERENT, id="a digit of a dataclass"),
        pytest.param(
            Order(Decimal(1), lines=[1]), Order(Decimal(1), lines=[1.0]), DIFFERENT, id="a type inside"
        ),
        pytest.param(
            Model(net=1, tags={"a": 1, "b": 2}), Model(net=1, tags={"b": 2, "a": 1}), EQUAL, id="models"
        ),
        pytest.param(Model(net=0.3), Model(net=0.1 + 0.2), DIFFERENT, id="the last digit in a model"),
        pytest.param(np.arange(5000), np.arange(5000), EQUAL, id="arrays"),
        pytest.param(np.arange(5000), np.arange(5000).astype("int32"), DIFFERENT, id="the dtype of an array"),
        pytest.param(np.zeros((2, 3000)), np.zeros((3000, 2)), DIFFERENT, id="the shape of an array"),
        pytest.param(np.zeros(3000), np.append(np.zeros(2999), 1e-300), DIFFERENT, id="a cell of an array"),
        pytest.param(np.array([np.nan] * 3000), np.array([np.nan] * 3000), EQUAL, id="arrays of NaN"),
        pytest.param([(n, {n}) for n in range(999)], [(n, {n}) for n in range(999)], EQUAL, id="a long list"),
        pytest.param(Node("a").with_child("b"), Node("a").with_child("b"), EQUAL, id="what holds itself"),
        pytest.param(Node("a").with_child("b"), Node("a").with_child("c"), DIFFERENT, id="deep in a cycle"),
        pytest.param([Colour.RED, MANY], [Colour.RED, MANY], EQUAL, id="members"),
        pytest.param([Colour.RED, MANY], [Colour.BLUE, MANY], DIFFERENT, id="other members"),
        pytest.param({b"a" * 3000}, {b"a" * 2999 + b"b"}, DIFFERENT, id="the last byte"),
        pytest.param(pd.Series([1.5] * 9), pd.Series([1.5] * 9), EQUAL, id="series"),
        pytest.param(
            pd.Series([1.5] * 9), pd.Series([2.5] * 9), NOT_COMPARABLE, id="series with other insides"
        ),
    ],
)
def test_objects_are_what_they_were_made_of(tmp_path: Path, left: Any, right: Any, verdict: str) -> None:
    one, two = opaque(tmp_path, left), opaque(tmp_path, right)
    assert compare(one, two, How()).verdict == compare(two, one, How()).verdict == verdict


def test_a_class_of_the_dag_file_is_the_same_class_in_the_project(tmp_path: Path) -> None:
    here, there = "unusual_prefix_0a1b_orders", "defs.orders"
    sides = []
    for number, (module, net) in enumerate(((here, "1.10"), (there, "1.10"), (there, "1.11"))):
        path = tmp_path / f"{number}.pickle"
        path.write_bytes(pickle.dumps(Order(Decimal(net)), 3).replace(__name__.encode(), module.encode()))
        sides.append(Opaque(f"{module}.Order", "Order(...)", path))
    assert compare(sides[0], sides[1], How()).verdict == EQUAL
    assert compare(sides[0], sides[2], How()).verdict == DIFFERENT


def test_nothing_of_a_pickle_is_run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    one, two = opaque(tmp_path, [Deletes()]), opaque(tmp_path, [Deletes(), 1])
    assert not compare(one, two, How()).passes
    assert capfd.readouterr() == ("", "")


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Installs a comparer as a package does it: with an entry point."""

    def install(name: str) -> None:
        found = [EntryPoint("theirs", f"{__name__}:{name}", plugins.GROUP)]
        monkeypatch.setattr(plugins, "entry_points", lambda group: [e for e in found if e.group == group])
        monkeypatch.setitem(
            __import__("sys").modules, __name__, __import__("types").SimpleNamespace(**globals())
        )
        plugins._comparers.cache_clear()

    yield install
    plugins._comparers.cache_clear()


def close_enough(left: Artifact, right: Artifact, how: How) -> Outcome | None:
    if not isinstance(left, Json) or not isinstance(left.value, str):
        return None
    return Outcome(EQUAL, "the same to us")


def broken(left: Artifact, right: Artifact, how: How) -> Outcome | None:
    raise RuntimeError("oops")


def test_a_comparer_of_another_package_is_asked_first(installed: Any) -> None:
    installed("close_enough")
    assert compare(Json("a"), Json("b"), How()) == Outcome(EQUAL, "the same to us")
    assert compare(Json(1), Json(2), How()).verdict == DIFFERENT


def test_a_comparer_that_fails_is_no_pass(installed: Any) -> None:
    installed("broken")
    outcome = compare(Json("a"), Json("a"), How())
    assert (outcome.verdict, outcome.detail) == (
        NOT_COMPARABLE,
        "the comparer theirs failed: RuntimeError: oops",
    )
