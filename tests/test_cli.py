"""The command line as a whole: it starts fast, every command explains itself, a wrong call is a 2."""

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from migrator.cli import group

COMMANDS = group.list_commands(click.Context(group))

# Each takes from 30 ms to seconds to import; `migrate --help` needs none of them.
SLOW = {
    *("airflow", "dagster", "deepdiff", "ibis", "jinja2", "libcst", "numpy"),
    *("pandas", "pyarrow", "pydantic", "rich", "yaml"),
}

HELP_AND_MODULES = """
import sys
from migrator.cli import main
try:
    main()
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


@pytest.fixture
def dags(tmp_path: Path) -> Path:
    folder = tmp_path / "dags"
    folder.mkdir()
    (folder / "one.py").write_text("from airflow import DAG\n\ndag = DAG('one', schedule=None)\n")
    return folder


def migrate(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "migrator", *words], capture_output=True, text=True)


@pytest.mark.parametrize("words", [["--help"], ["scan", "--help"], ["convert", "--help"]], ids=" ".join)
def test_help_waits_for_no_slow_import(words: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", HELP_AND_MODULES, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not set(done.stderr.split()) & SLOW


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    done = CliRunner().invoke(group, [name, "--help"])
    assert done.exit_code == 0
    assert f"migrate {name} " in done.output.split("Usage:", 1)[1].split("\n", 1)[1], "no example in the help"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_does(name: str) -> None:
    command = group.get_command(click.Context(group), name)
    assert command is not None
    options = [p for p in command.params if isinstance(p, click.Option)]
    assert [o.name for o in options if not o.help] == []


def test_the_version_is_that_of_the_package() -> None:
    from migrator import __version__

    assert __version__ in migrate("--version").stdout


def test_an_unknown_command_is_a_wrong_call() -> None:
    done = migrate("scann")
    assert done.returncode == 2
    assert "scann" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_option_is_a_wrong_call(name: str) -> None:
    assert CliRunner().invoke(group, [name, "--no-such-option"]).exit_code == 2


def test_a_path_that_is_not_there_is_a_wrong_call_without_a_traceback() -> None:
    done = migrate("scan", "no/such/folder")
    assert done.returncode == 2
    assert "no/such/folder" in done.stderr and "Traceback" not in done.stderr


RECORD = {
    **{"version": 1, "side": "airflow", "system": "2.11.2", "dag_id": "d", "run_id": "r", "state": "success"},
    **{"logical_date": None, "interval": None, "tasks": []},
}


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """What a wrong call says: a line on standard error, and exit status 2."""
    assert done.returncode == 2, done.stdout + done.stderr
    (line,) = done.stderr.strip().splitlines()
    return line


def test_a_file_that_cannot_be_written_is_one_line(dags: Path, tmp_path: Path) -> None:
    said = one_line(migrate("scan", str(dags), "--plan", str(tmp_path / "no" / "plan.yaml")))
    assert f"there is no folder {tmp_path / 'no'}" in said


def test_a_report_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for side in ("a", "b"):
        (tmp_path / side).mkdir()
        (tmp_path / side / "record.json").write_text(json.dumps(RECORD))
    records = ["--records", str(tmp_path / "a"), str(tmp_path / "b")]
    said = one_line(migrate("compare", *records, "--output", str(tmp_path / "file" / "out.json")))
    assert f"{tmp_path / 'file'}: File exists" in said


@pytest.mark.parametrize("words", [["scan"], ["import", "--out", "{out}"], ["convert", "--out", "{out}"]])
def test_an_interpreter_without_airflow_ends_every_command(
    words: list[str], dags: Path, tmp_path: Path
) -> None:
    asked = [word.format(out=tmp_path / "out") for word in words]
    said = one_line(migrate(*asked, str(dags), "--airflow-python", "/nowhere/python"))
    assert "/nowhere/python cannot be started" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["import", "convert"])
def test_a_folder_without_dags_is_no_project(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    said = one_line(migrate(name, str(tmp_path / "empty"), "--out", str(tmp_path / "out")))
    assert "there is no DAG in" in said
    assert not (tmp_path / "out").exists()


def test_a_secret_in_the_text_of_a_finding_reaches_no_output(dags: Path, tmp_path: Path) -> None:
    owner = "me password=hunter2"
    text = (dags / "one.py").read_text().replace("schedule=None", f"schedule=None, tags=[{owner!r}]")
    (dags / "one.py").write_text(f"{text}raise ValueError('pg://me:hunter2@host/db')\n")
    for words in (["scan", str(dags)], ["convert", str(dags), "--out", str(tmp_path / "out"), "--no-verify"]):
        done = migrate(*words, "--airflow-python", sys.executable)
        assert "SC020" in done.stdout + done.stderr
        assert "hunter2" not in done.stdout + done.stderr
