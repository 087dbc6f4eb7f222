"""A baseline knows what was there: lines may move, repetitions are counted, and what was mended is told."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.errors import UsageError
from migrator.findings.baseline import Baseline

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
FINDINGS = st.builds(
    dict,
    code=st.sampled_from(["TM001", "SC006"]),
    file=st.sampled_from(["a.py", "b/c.py"]),
    line=st.integers(1, 99),
    dag_id=st.none() | TEXTS,
    task_id=st.none() | TEXTS,
    message=TEXTS,
)


def finding(message: str = "m", **more: Any) -> dict[str, Any]:
    given = {"code": "TM001", "file": "a.py", "line": 3, "column": 1, "dag_id": "d", "task_id": None}
    return {**given, "message": message, **more}


@settings(deadline=None, max_examples=30)  # each example writes to the disk
@given(st.lists(FINDINGS, max_size=12), st.integers(0, 50))
def test_nothing_that_was_known_is_new_wherever_it_has_moved(
    tmp_path_factory: pytest.TempPathFactory, found: list[dict[str, Any]], shift: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "baseline.json"
    Baseline.of(found).write(path)
    read = Baseline.read(path)
    assert not any(read.is_new({**f, "line": f["line"] + shift}) for f in reversed(found))
    assert read.stale() == [] and len(read) == 0


@given(st.lists(FINDINGS, max_size=8), st.lists(FINDINGS, max_size=8))
def test_new_and_stale_are_what_the_two_differ_in(before: list[Any], after: list[Any]) -> None:
    baseline = Baseline.of(before)
    new = sum(baseline.is_new(f) for f in after)
    stale = sum(entry.get("count", 1) for entry in baseline.stale())
    assert len(before) - stale == len(after) - new
    assert new == 0 or stale == 0 or before != after


def test_the_second_of_two_is_new_where_one_was_known() -> None:
    baseline = Baseline.of([finding()])
    assert [baseline.is_new(finding(line=n)) for n in (1, 2)] == [False, True]


@pytest.mark.parametrize(
    ("before", "after"),
    [("b.py:12 has a DAG of the same id", "b.py:40 has a DAG of the same id"), ("see line 3", "see line 99")],
)
def test_a_line_number_inside_a_message_may_move_too(before: str, after: str) -> None:
    assert not Baseline.of([finding(before)]).is_new(finding(after))


@pytest.mark.parametrize(
    "other", [{"file": "b.py"}, {"code": "TM002"}, {"dag_id": "e"}, {"task_id": "t"}, {"message": "n"}]
)
def test_anything_else_that_differs_is_new(other: dict[str, str]) -> None:
    assert Baseline.of([finding()]).is_new({**finding(), **other})


def test_one_more_finding_is_one_more_line(tmp_path: Path) -> None:
    found = [finding(f"m{n}") for n in range(5)]
    Baseline.of(found).write(tmp_path / "a.json")
    Baseline.of([finding("m2a"), *reversed(found), finding("m4")]).write(tmp_path / "b.json")
    a, b = ((tmp_path / f"{name}.json").read_text().rstrip("\n]}").split("\n") for name in "ab")
    assert len(set(b) - set(a)) <= 2 and json.loads((tmp_path / "b.json").read_text())["version"] == 1
    assert '"count": 2' in b[-1]


def test_writing_the_same_again_does_not_touch_the_file(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    Baseline.of([finding()]).write(path)
    before = path.stat()
    Baseline.of([finding(line=9)]).write(path)
    assert path.stat().st_mtime_ns == before.st_mtime_ns and path.stat().st_ino == before.st_ino


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"version": 1,\n "findings": [}', r":2: no JSON"),
        ("[]", "not a baseline"),
        ('{"findings": []}', "version None"),
        ('{"version": 2, "findings": []}', "a baseline of version 2"),
        ('{"version": 1, "findings": [1]}', "entry 1: file, code and message"),
        (
            '{"version": 1, "findings": [{"file": "a", "code": 3, "message": "m"}]}',
            "entry 1: file, code and message",
        ),
        (
            '{"version": 1, "findings": [{"file": "a", "code": "c", "message": "m", "count": 0}]}',
            "entry 1: count",
        ),
        ("[" * 100_000, "nested too deeply|no JSON"),
    ],
)
def test_a_file_that_is_no_baseline_is_told(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "b.json").write_text(text)
    with pytest.raises(UsageError, match=message):
        Baseline.read(tmp_path / "b.json")


def test_a_file_that_is_not_there_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--update-baseline writes it"):
        Baseline.read(tmp_path / "none.json")
