"""Nothing in a DAG file can run, hang or break the scan: each obstacle is a finding, and the other files are read."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from migrator.scan import scan

HEAD = "from airflow import DAG\nfrom airflow.operators.bash import BashOperator\n"
GOOD = HEAD + "with DAG('good'):\n    BashOperator(task_id='a', bash_command='true')\n"


def link(path: Path) -> None:
    path.symlink_to("/nowhere/at/all.py")


def pipe(path: Path) -> None:
    os.mkfifo(path)


def folder(path: Path) -> None:
    path.mkdir()


def text(content: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_text(HEAD + content)

    return write


def data(content: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


@pytest.mark.parametrize(
    ("make", "code", "line"),
    [
        pytest.param(text("with DAG('a'\n    x\n"), "SC001", 3, id="syntax error"),
        pytest.param(text("x = 1\nx = '\0'"), "SC001", 4, id="null bytes"),
        pytest.param(text("x = " + "(" * 300 + ")" * 300), "SC001", 3, id="too many parentheses"),
        pytest.param(text("x = " + "-" * 5000 + "1"), "SC005", 1, id="deep nesting"),
        pytest.param(data(HEAD.encode() + b"# dag \xe9\n"), "SC003", 3, id="Latin-1 that says nothing"),
        pytest.param(data(b"# -*- coding: klingon -*-\n"), "SC003", 1, id="an unknown encoding"),
        pytest.param(data(b""), "SC030", 1, id="empty"),
        pytest.param(data(b"#" * 5_000_000), "SC004", 1, id="five megabytes"),
        pytest.param(link, "SC002", 1, id="broken link"),
        pytest.param(pipe, "SC002", 1, id="a pipe"),
        pytest.param(folder, "SC002", 1, id="a folder named x.py"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_finding(
    tmp_path: Path, make: Callable[[Path], None], code: str, line: int
) -> None:
    make(tmp_path / "bad.py")
    (tmp_path / "good.py").write_text(GOOD)
    project, findings = scan([tmp_path])
    assert [(f.code, f.origin.file, f.origin.line) for f in findings if f.origin.file == "bad.py"] == [
        (code, "bad.py", line)
    ]
    assert [d.dag_id for d in project.dags] == ["good"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("while True:\n    pass", id="endless loop"),
        pytest.param("for i in range(10**12):\n    pass", id="long loop"),
        pytest.param("x = 10 ** 10 ** 10", id="power"),
        pytest.param("x = 2\nfor i in range(99): x = x * x", id="squares"),
        pytest.param("x = 'a' * 10**12", id="repetition"),
        pytest.param("x = 'a'\nfor i in range(99): x = x + x", id="doubled text"),
        pytest.param("def f(n): return f(n)\nf(1)", id="recursion"),
        pytest.param("def f(n):\n    if n: f(n - 1); f(n - 1)\nf(50)", id="exponential calls"),
        pytest.param("x = [[[0] * 9000] * 9000] * 9000\nfor i in range(99999): x == [x]", id="wide sharing"),
    ],
)
def test_a_file_that_never_ends_is_given_up_in_time(tmp_path: Path, content: str) -> None:
    (tmp_path / "bad.py").write_text(HEAD + content + "\n# dag")
    began = time.process_time()
    _, findings = scan([tmp_path])
    assert [f.code for f in findings] == ["SC012"]
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            "'%1000000000d' % 1; f'{1:>1000000000}'; 'a'.ljust(10**10); '{:1000000000}'.format(1)", id="width"
        ),
        pytest.param(
            "x = [1]\nfor i in range(99): x = [x, x]\ny = x == [x]; z = str(x); hash(x)", id="shared parts"
        ),
        pytest.param(
            "t = (1,)\nfor i in range(60): t = (t, t)\nd = {t: 1}; '%s' % t; sorted([t, t]); t in [t]",
            id="tuples",
        ),
        pytest.param("x = []\nx.append(x)\nd = {}\nd['d'] = d\nDAG('d', default_args=d)", id="in itself"),
        pytest.param(
            "class A(A): pass\nA()()()\nDAG()\nDAG(1)\nBashOperator()\n1/0\n[][9]\nint('x')", id="nonsense"
        ),
        pytest.param(
            "from . import x\nfrom ..... import y\nimport bad\nfrom bad import *", id="imports of itself"
        ),
    ],
)
def test_strange_code_is_read_to_its_end(tmp_path: Path, content: str) -> None:
    (tmp_path / "bad.py").write_text(
        f"{HEAD}{content}\nwith DAG('end'):\n    BashOperator(task_id='a', env=globals())\n"
    )
    began = time.process_time()
    project, findings = scan([tmp_path])
    assert "end" in {d.dag_id for d in project.dags}
    assert "SC032" not in {f.code for f in findings}
    assert time.process_time() - began < 5


def test_no_line_of_a_dag_file_is_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    lines = [
        "import os, subprocess, pathlib",
        f"open({str(mark)!r}, 'w').write('x')",
        f"pathlib.Path({str(mark)!r}).write_text('x')",
        f"os.system('touch {mark}'); subprocess.run(['touch', {str(mark)!r}])",
        f"exec(\"open('{mark}', 'w')\"); eval(\"open('{mark}', 'w')\")",
        f"__import__('os').system('touch {mark}')",
    ]
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "evil.py").write_text("\n".join(lines) + "\n" + GOOD)
    project, findings = scan([tmp_path / "dags"])
    assert "SC001" not in {f.code for f in findings}
    assert [d.dag_id for d in project.dags] == ["good"]
    assert not mark.exists()


def test_a_dag_file_reads_no_file_outside_of_the_scanned_folder(tmp_path: Path) -> None:
    (tmp_path / "outside.json").write_text('["leaked"]')
    dags = tmp_path / "dags"
    dags.mkdir()
    (dags / "link.json").symlink_to(tmp_path / "outside.json")
    (dags / "file.py").write_text(
        "import json\nfrom pathlib import Path\nHERE = Path(__file__).parent\n"
        + HEAD
        + "with DAG('d'):\n    for path in (HERE / '..' / 'outside.json', HERE / 'link.json'):\n"
        "        for name in json.loads(path.read_text()):\n            BashOperator(task_id=name)\n"
    )
    project, _ = scan([dags])
    assert [(d.partial is not None, d.tasks) for d in project.dags] == [(True, ())]


def test_the_scanner_imports_neither_airflow_nor_anything_heavy(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text(GOOD)
    heavy = {"dagster", "airflow", "pandas", "libcst", "pydantic", "rich", "jinja2", "yaml"}
    code = (
        "import sys; from pathlib import Path; from migrator.scan import scan; from migrator import checks;"
        f"checks.run(scan([Path({str(tmp_path)!r})])[0]);"
        "print(*sorted({m.partition('.')[0] for m in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not heavy & set(done.stdout.split())


def test_the_same_folder_gives_the_same_answer(tmp_path: Path) -> None:
    cases = Path(__file__).parent / "cases"
    assert scan([cases]) == scan([cases])
