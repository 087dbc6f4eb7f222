"""Folders that a file puts on Python's path, told by the place of the file."""

import ast
from pathlib import Path

import pytest

from migrator.scan.folder import Folder
from migrator.scan.search_path import added, needed_by

HEAD = "import os, sys\nfrom pathlib import Path\n"


def folders(text: str) -> list[str]:
    return [folder for one in added(ast.parse(HEAD + text), "dags/team/x.py") for folder in one.folders]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))", ["dags/team"], id="dirname"
        ),
        pytest.param(
            "sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'lib'))", ["dags/lib"], id="join"
        ),
        pytest.param("sys.path.append(os.path.dirname(__file__) + '/lib')", ["dags/team/lib"], id="plus"),
        pytest.param(
            "sys.path.append(str(Path(__file__).resolve().parent.parent / 'lib'))", ["dags/lib"], id="Path"
        ),
        pytest.param(
            "sys.path.append(str(Path(__file__).parents[1].joinpath('lib')))", ["dags/lib"], id="parents"
        ),
        pytest.param(
            "HERE = os.path.dirname(__file__)\nsys.path.extend([HERE])", ["dags/team"], id="variable"
        ),
        pytest.param(
            "HERE = os.path.dirname(__file__)\nif HERE not in sys.path:\n    sys.path.insert(0, HERE)",
            ["dags/team"],
            id="only if it is not there",
        ),
        pytest.param("sys.path.append(str(Path(__file__).parents[2]))", ["."], id="the scanned folder"),
        pytest.param("sys.path.append(str(Path(__file__).parents[3]))", [".."], id="above it"),
        pytest.param("sys.path.append('/opt/lib')", [], id="not told by the place of the file"),
        pytest.param("sys.path.append(os.environ['LIB'])", [], id="of the environment"),
        pytest.param(
            "sys.path.insert(0, os.path.dirname(__file__)); work()", ["dags/team"], id="on a line with others"
        ),
        pytest.param("for p in ('a',):\n    sys.path.append(__file__ + p)", [], id="in a loop"),
    ],
)
def test_the_folders_that_are_added(text: str, expected: list[str]) -> None:
    assert folders(text) == expected


def test_a_variable_that_is_needed_for_nothing_else_belongs_to_it() -> None:
    tree = ast.parse("A = __file__\nB = A\nC = A\nsys.path.append(B)\n")
    found = needed_by([one.statement for one in added(tree, "x.py")], tree)
    assert sorted(one.lineno for one in found) == [2, 4]


def test_modules_are_found_in_a_folder_that_a_file_adds(tmp_path: Path) -> None:
    for name, text in {
        "dags/x.py": "import os, sys\nsys.path.append(os.path.join(os.path.dirname(__file__), '../common'))\n",
        "dags/y.py": "",
        "common/helpers.py": "",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    folder = Folder(tmp_path)
    assert folder.locate("helpers", "dags/x.py") == "common/helpers.py"
    assert folder.locate("helpers", "dags/y.py") is None
