"""A scan needs little memory and time for each file, and none for those that it has done with."""

import ast
import gc
from pathlib import Path

import pytest

from migrator.scan import folder as folders
from migrator.scan import read_path, tree
from migrator.scan.folder import Folder
from migrator.scan.quiet import quiet, quiet_once

UNWALKED = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)
EVERYTHING = Path(ast.__file__).read_text(encoding="utf-8")


def test_a_walk_gives_the_nodes_of_ast_walk_in_its_order_but_contexts_and_operators() -> None:
    parsed = ast.parse(EVERYTHING)
    assert tree.walk(parsed) == [node for node in ast.walk(parsed) if not isinstance(node, UNWALKED)]


def test_a_text_is_parsed_once_while_it_is_worked_on() -> None:
    assert tree.parse("x = 1") is tree.parse("x = 1")


def test_only_the_trees_of_the_last_files_are_kept(tmp_path: Path) -> None:
    for number in range(folders.KEPT + 20):
        (tmp_path / f"dag_{number}.py").write_text("from airflow import DAG\n", encoding="utf-8")
    folder = Folder(tmp_path)
    for number in range(folders.KEPT + 20):
        read_path(folder, f"dag_{number}.py")
    assert len(folder._sources) == folders.KEPT


def test_large_files_leave_room_for_few_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "KEPT_TEXT", 100)
    folder = Folder(tmp_path)
    for number in range(5):
        (tmp_path / f"{number}.py").write_text("#" * 40, encoding="utf-8")
        folder.source(f"{number}.py")
    assert list(folder._sources) == ["3.py", "4.py"]


def test_the_collector_is_as_before_after_a_failure() -> None:
    before = gc.get_threshold()
    with pytest.raises(ZeroDivisionError), quiet():
        assert gc.get_threshold()[0] > before[0]
        raise ZeroDivisionError
    assert gc.get_threshold() == before


def test_a_collector_that_was_off_stays_off() -> None:
    before = gc.get_threshold()
    gc.set_threshold(0)
    try:
        with quiet():
            assert gc.get_threshold()[0] == 0
    finally:
        gc.set_threshold(*before)


def test_what_is_done_once_leaves_the_collector_as_it_was() -> None:
    before = gc.get_threshold()
    with quiet_once():
        cycle: list[object] = []
        cycle.append(cycle)
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
    assert any(found is cycle for found in gc.get_objects(generation=2)), "it is old now, and not forgotten"
