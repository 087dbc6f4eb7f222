"""Generated text gets the form that a person's own tools would give it."""

from pathlib import Path

import pytest

from migrator.emit.diff import coloured, unified
from migrator.emit.format import format_files
from migrator.errors import VerificationError


def test_imports_are_sorted_and_unused_ones_go() -> None:
    files = format_files({"defs/a.py": "import os\nimport dagster as dg\nimport json\nx=dg.op,json.dumps\n"})
    assert files["defs/a.py"] == "import json\n\nimport dagster as dg\n\nx = dg.op, json.dumps\n"


def test_files_that_are_not_python_stay() -> None:
    assert format_files({"a.yaml": "x:   1"}) == {"a.yaml": "x:   1"}


def test_the_users_configuration_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ruff.toml").write_text("line-length = 20\n")
    monkeypatch.chdir(tmp_path)
    assert format_files({"a.py": "names = ['first', 'second', 'third']\n"})["a.py"].count("\n") == 1


def test_a_text_that_is_not_python_is_refused_with_its_place() -> None:
    with pytest.raises(VerificationError, match=r"defs/a\.py:2"):
        format_files({"defs/a.py": "x = 1\nx = = 2\n"})


def test_a_diff_names_the_file_and_shows_both_sides() -> None:
    assert unified("a.py", "x\n", "y\n") == "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+y\n"


def test_a_missing_newline_at_the_end_is_seen() -> None:
    assert "\\ No newline at end of file" in unified("a.py", "x", "x\n")


def test_a_coloured_diff_says_the_same() -> None:
    assert "\x1b[31m-x\x1b[0m\n\x1b[32m+y\x1b[0m\n" in coloured(unified("a.py", "x\n", "y\n"))
