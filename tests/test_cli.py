"""The command line as a whole: it starts fast, every command explains itself, a wrong call is a 2."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from migrator.cli import group

COMMANDS = group.list_commands(click.Context(group))

# Each takes from 30 ms to seconds to import; `migrate --help` needs none of them.
SLOW = {
    *("airflow", "dagster", "deepdiff", "ibis", "jinja2", "libcst", "numpy"),
    *("pandas", "pyarrow", "pydantic", "rich", "ruamel"),
}

HELP_AND_MODULES = """
import sys
from migrator.cli import main
try:
    main()
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


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
