"""What `make fuzz` has found so far, each as small as it gets: a result or a finding, soon, and in all formats."""

import time
from pathlib import Path

import pytest

from fuzz.promises import FORMATS, scanned

HEAD = "import yaml\nfrom pathlib import Path\nfrom airflow import DAG\nfrom airflow.decorators import task\nfrom airflow.operators.empty import EmptyOperator\n"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("divmod(1, 0); float(10**400); round(1e999)", id="arithmetic that Python refuses"),
        pytest.param("range(10**30)[10**29]; len(range(10**30))", id="a range longer than Python can count"),
        pytest.param("round(10**400, -10**9)", id="a power of ten with a billion digits"),
        pytest.param("with DAG('\\ud800'): EmptyOperator(task_id='\\udcff')", id="half of a character"),
        pytest.param(
            "open('\\x00'); list((Path(__file__).parent / '\\x00').iterdir())", id="a null byte in a path"
        ),
        pytest.param("yaml.safe_load('{' * 9999); yaml.safe_load('[' * 9999)", id="YAML that nests for ever"),
        pytest.param(
            "class A0: pass\n" + "".join(f"class A{i + 1}(A{i}): pass\n" for i in range(800)) + "A800().x",
            id="a class with 800 ancestors",
        ),
        pytest.param("import " + "a." * 3000 + "b", id="a module with 3000 parts"),
        pytest.param(
            "with DAG('d'):\n    t = [EmptyOperator(task_id=f't{i}') for i in range(3000)]\n    for a, b in zip(t, t[1:]): a >> b",
            id="3000 tasks in a row",
        ),
        pytest.param(
            "@task\ndef f(): pass\nwith DAG('d'):\n    while True: f()", id="endless calls of one task"
        ),
    ],
)
def test_a_file_that_once_broke_a_scan(tmp_path: Path, body: str) -> None:
    (tmp_path / "file.py").write_text(HEAD + body + "\n")
    began = time.process_time()
    assert scanned([tmp_path], jobs=1, formats=FORMATS).faults == ()
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "name", ["punycode", "idna", "undefined", "unicode_escape", "zlib", "rot13", "utf-7"]
)
def test_a_codec_that_fails_in_its_own_way_is_a_finding(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.py").write_bytes(
        f"# coding: {name}\n".encode() + HEAD.encode() + b"x = '\xff\\ud800 \xc3'"
    )
    found = scanned([tmp_path], jobs=1)
    assert found.faults == ()
    assert "SC00" in found.report


def test_links_in_circles_and_folders_without_end_cost_only_themselves(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text(HEAD + "with DAG('good'): EmptyOperator(task_id='a')\n")
    (tmp_path / "round").symlink_to("round")
    (tmp_path / "round.py").symlink_to("round.py")
    deep = tmp_path.joinpath(*["d"] * 220)
    deep.mkdir(parents=True)
    (deep / "lost.py").write_text(HEAD + "DAG('lost')\n")
    found = scanned([tmp_path], jobs=1)
    assert found.faults == ()
    assert '"dag_id":"good"' in found.report
    assert '"code":"SC065"' in found.report
