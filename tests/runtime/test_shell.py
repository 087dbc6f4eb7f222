"""A command ends as it does in a BashOperator, and nothing that it started outlives it."""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.runtime import shell
from migrator.runtime.outcomes import outcome_op
from migrator.runtime.shell import run_bash
from tests.processes import lives, until


def ended(command: str, **arguments: Any) -> list[Any]:
    try:
        return next((["success", output.value] for output in run_bash(command, **arguments)), ["skipped"])
    except dg.Failure:
        return ["failed"]


CASES = [
    pytest.param({"bash_command": "echo one; echo two"}, {}, id="the last line"),
    pytest.param({"bash_command": "echo out; echo err >&2"}, {}, id="of both streams"),
    pytest.param({"bash_command": "true"}, {}, id="no output"),
    pytest.param({"bash_command": "printf 'a\\n\\n'"}, {}, id="an empty last line"),
    pytest.param({"bash_command": "printf 'a \\t\\r\\n'"}, {}, id="white space at its end"),
    pytest.param({"bash_command": "printf '  a'"}, {}, id="white space at its start, and no newline"),
    pytest.param({"bash_command": "printf '\\xff\\xfe'"}, {}, id="bytes that are no text"),
    pytest.param({"bash_command": "printf 'a\\rb\\x0cc\\x85d'"}, {}, id="only a newline ends a line"),
    pytest.param({"bash_command": "exit 99"}, {}, id="99 skips"),
    pytest.param({"bash_command": "echo a; exit 7"}, {}, id="another code fails"),
    pytest.param({"bash_command": "kill -9 $$"}, {}, id="a signal fails"),
    pytest.param({"bash_command": "false; echo a"}, {}, id="only the last command counts"),
    pytest.param({"bash_command": "no-such-command"}, {}, id="an unknown command"),
    pytest.param({"bash_command": "if"}, {}, id="a syntax error"),
    pytest.param({"bash_command": "exit 7", "skip_on_exit_code": 7}, {"skip_on": 7}, id="another code skips"),
    pytest.param(
        {"bash_command": "exit 8", "skip_on_exit_code": [7, 8]}, {"skip_on": [7, 8]}, id="several codes"
    ),
    pytest.param(
        {"bash_command": "exit 99", "skip_on_exit_code": None}, {"skip_on": None}, id="no code skips"
    ),
    pytest.param(
        {"bash_command": "echo a", "skip_on_exit_code": 0}, {"skip_on": 0}, id="even success may skip"
    ),
    pytest.param(
        {"bash_command": "echo $A:$HOME", "env": {"A": "1"}}, {"env": {"A": "1"}}, id="env replaces"
    ),
    pytest.param({"bash_command": "echo $HOME", "env": {}}, {"env": {}}, id="an empty env"),
    pytest.param({"bash_command": "pwd", "cwd": "/usr"}, {"cwd": "/usr"}, id="a folder"),
    pytest.param({"bash_command": "ls -a | wc -l"}, {}, id="a fresh folder"),
    pytest.param({"bash_command": "pwd", "cwd": "/no/such"}, {"cwd": "/no/such"}, id="no folder"),
    pytest.param({"bash_command": "pwd", "cwd": "/etc/hosts"}, {"cwd": "/etc/hosts"}, id="a file as folder"),
    pytest.param({"bash_command": "(sleep 0.2; echo late) & echo soon"}, {}, id="output of the background"),
    pytest.param({"bash_command": "yes | head -n 1"}, {}, id="a broken pipe ends its writer"),
    pytest.param(
        {"bash_command": "printf '\\xe9'", "output_encoding": "latin-1"},
        {"encoding": "latin-1"},
        id="an encoding",
    ),
]


@pytest.mark.parametrize(("theirs", "ours"), CASES)
def test_a_command_ends_as_in_airflow(airflow2: Any, theirs: dict[str, Any], ours: dict[str, Any]) -> None:
    assert ended(theirs["bash_command"], **ours) == airflow2.ask("bash", cases=[theirs])[0]


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20))
def test_any_text_comes_back_as_in_airflow(airflow2: Any, text: str) -> None:
    command = f"printf %s {shlex.quote(text)}"
    assert ended(command) == airflow2.ask("bash", cases=[{"bash_command": command}])[0]


def test_a_failure_shows_the_last_lines() -> None:
    with pytest.raises(dg.Failure, match="exit code 3") as failure:
        list(run_bash("seq 100; exit 3"))
    lines = str(failure.value.metadata["output"].value).splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("81", "100", shell.TAIL)


def test_an_asset_with_nothing_to_do_is_skipped_and_so_is_what_needs_it() -> None:
    @dg.asset(output_required=False)
    def report() -> Any:
        yield from run_bash("exit 99")

    @dg.asset(deps=[report])
    def mail() -> None: ...

    done = dg.materialize([report, mail])
    assert done.success
    assert done.asset_materializations_for_node("mail") == []


def test_an_asset_has_the_last_line_as_its_value() -> None:
    @dg.asset(output_required=False)
    def report() -> Any:
        yield from run_bash("echo one; echo two")

    assert dg.materialize([report]).output_for_node("report") == "two"


@pytest.mark.parametrize(("command", "state"), [("echo a", "success"), ("exit 99", "skipped")])
def test_an_outcome_op_may_be_a_command(command: str, state: str) -> None:
    @outcome_op()
    def run() -> Any:
        yield from run_bash(command)

    @dg.job
    def job() -> None:
        run()

    outcome = job.execute_in_process().output_for_node("run", "outcome")
    assert (outcome.state, outcome.value) == (state, "a" if state == "success" else None)


STOPPED = """
import sys
import dagster as dg
sys.path.insert(0, {folder!r})
import shell
shell.GRACE = 0.5

@dg.op(out=dg.Out(is_required=False))
def run():
    yield from shell.run_bash({command!r})

@dg.job
def job():
    run()

job.execute_in_process()
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")
@pytest.mark.parametrize("stubborn", ["", "trap '' TERM; "], ids=["polite", "deaf to SIGTERM"])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["interrupted", "terminated"])
def test_stopping_the_run_stops_all_that_the_command_started(
    tmp_path: Path, stubborn: str, how: signal.Signals
) -> None:
    pids = tmp_path / "pids"
    inner = f"echo $$ >> {pids}; echo one is here; sleep 600; sleep 600"
    command = f"{stubborn}bash -c '{inner}' & echo $$ >> {pids}; echo one is here; wait; sleep 600"
    text = STOPPED.format(folder=str(Path(shell.__file__).parent), command=command)
    run = subprocess.Popen([sys.executable, "-c", text], stderr=subprocess.DEVNULL, stdout=subprocess.PIPE)
    assert [run.stdout and run.stdout.readline() for _ in range(2)] == [b"one is here\n"] * 2
    os.kill(run.pid, how)
    run.communicate(timeout=120)
    assert until(lambda: not any(lives(int(pid)) for pid in pids.read_text().split()))
