"""A shell completes commands, options, their values, and the codes of findings."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MIGRATE = [sys.executable, "-m", "migrator"]


def completed(*words: str) -> list[str]:
    """What click's own protocol answers for the last of these words, as bash asks it."""
    asked = {"COMP_WORDS": " ".join(["migrate", *words]), "COMP_CWORD": str(len(words))}
    env = {**os.environ, **asked, "_MIGRATE_COMPLETE": "bash_complete"}
    done = subprocess.run(MIGRATE, env=env, capture_output=True, text=True, check=True)
    return [line.split(",", 1)[1] for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("words", "some"),
    [
        (["sc"], {"scan"}),
        (["scan", "--fail-o"], {"--fail-on"}),
        (["scan", "--fail-on", "w"], {"warning"}),
        (["scan", "--select", ""], {"SC", "TM", "DP"}),
        (["scan", "--select", "TM00"], {"TM001", "TM002"}),
        (["scan", "--ignore", "TM001,sc00"], {"TM001,SC001"}),
        (["rule", "DP0"], {"DP001"}),
        (["completion", ""], {"bash", "zsh", "fish"}),
    ],
)
def test_what_may_come_next(words: list[str], some: set[str]) -> None:
    assert some <= set(completed(*words))


def test_a_mistake_in_the_config_does_not_disturb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.migrate.scan]\nno = 1\n")
    monkeypatch.chdir(tmp_path)
    assert completed("scan", "--fail-o") == ["--fail-on"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell(shell: str) -> None:
    done = subprocess.run([*MIGRATE, "completion", shell], capture_output=True, text=True)
    assert done.returncode == 0 and "_MIGRATE_COMPLETE" in done.stdout and "migrate" in done.stdout
    if program := shutil.which(shell):
        checked = subprocess.run([program, "-n"], input=done.stdout, capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr
