"""Generated Python, formatted and with its imports in order, by the ruff that the toolkit installs.

No configuration of the user's is read: the same text comes out in every folder.
"""

import ast
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from migrator.errors import MigrateError, VerificationError

COMMON = ("--isolated", "--no-cache", "--quiet", "--target-version", "py310", "--line-length", "110")
STEPS = (("check", "--fix", "--exit-zero", "--select", "I,F401"), ("format",))


def format_files(files: Mapping[str, str]) -> dict[str, str]:
    """The same files, each Python one formatted. Raises VerificationError for a text that is not Python."""
    python = {path: text for path, text in files.items() if path.endswith(".py")}
    _parse_all(python)
    return {**files, **_through_ruff(python)}


def _parse_all(files: Mapping[str, str]) -> None:
    for path, text in files.items():
        try:
            ast.parse(text, path)
        except SyntaxError as error:
            raise VerificationError(
                f"{path}:{error.lineno}: generated text is not Python: {error.msg}"
            ) from error


def _through_ruff(files: Mapping[str, str]) -> dict[str, str]:
    """One call of ruff per step for all files together."""
    if not files:
        return {}
    with tempfile.TemporaryDirectory(prefix="migrate-format-") as folder:
        root = Path(folder).resolve()
        for path, text in files.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
        for step in STEPS:
            _ruff(root, step)
        return {path: (root / path).read_text(encoding="utf-8") for path in files}


def _ruff(root: Path, step: tuple[str, ...]) -> None:
    from ruff.__main__ import find_ruff_bin

    command = [find_ruff_bin(), step[0], *COMMON, *step[1:], "."]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise MigrateError(f"ruff {step[0]} failed: {(done.stderr or done.stdout).strip()}")
