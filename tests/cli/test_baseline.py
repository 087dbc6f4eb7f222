"""`migrate scan --baseline`: only what is new counts, and what was mended is told."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAD = "from airflow import DAG\nfrom datetime import datetime\n"
DAG = HEAD + "dag = DAG('{}', schedule='@daily', start_date=datetime.now())\n"


def scan(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "migrator",
        "scan",
        "dags",
        "--baseline",
        "known.json",
        "--fail-on",
        "info",
        *words,
    ]
    return subprocess.run(command, cwd=project, capture_output=True, text=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "dags").mkdir()
    for name in ("one", "two"):
        (tmp_path / "dags" / f"{name}.py").write_text(DAG.format(name))
    assert scan(tmp_path, "--update-baseline").returncode == 0
    return tmp_path


def test_without_a_file_it_says_how_to_make_one(tmp_path: Path) -> None:
    (tmp_path / "dags").mkdir()
    done = scan(tmp_path)
    assert done.returncode == 2 and "--update-baseline writes it" in done.stderr


def test_what_is_known_does_not_count_even_where_lines_moved(project: Path) -> None:
    file = project / "dags" / "one.py"
    file.write_text("# a comment\n\n" + file.read_text())
    done = scan(project)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_new_counts(project: Path) -> None:
    (project / "dags" / "three.py").write_text(DAG.format("three"))
    done = scan(project)
    assert done.returncode == 1 and done.stderr == ""


@pytest.mark.parametrize("words", [["--select", "TM"], ["--ignore", "TM"]])
def test_what_is_not_asked_for_is_not_called_mended(project: Path, words: list[str]) -> None:
    assert scan(project, *words).stderr == ""


def test_what_was_mended_is_told_and_goes_with_the_next_update(project: Path) -> None:
    (project / "dags" / "two.py").unlink()
    done = scan(project)
    assert (
        done.returncode == 0 and "known.json: not found any more: " in done.stderr and "two.py" in done.stderr
    )
    before = (project / "known.json").read_text().splitlines()
    scan(project, "--update-baseline")
    after = (project / "known.json").read_text().splitlines()
    assert scan(project).stderr == "" and not any("two.py" in line for line in after)
    assert {line.rstrip(",") for line in after} < {line.rstrip(",") for line in before}
