"""Does Dagster load what was written? Asked in a process of its own, which also tells what is in it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from migrator.errors import UsageError, VerificationError

SCRIPT = Path(__file__).with_name("graph_dump.py")
HAS_DAGSTER = "import sys; from importlib.util import find_spec; sys.exit(find_spec('dagster') is None)"
NOT_VERIFIED = "not verified: Dagster is not installed beside migrate, so the project was not loaded"


def has_dagster(python: str = sys.executable) -> bool:
    """Whether that interpreter can load a project at all; scan and convert need no Dagster. Nothing is imported."""
    if python == sys.executable:
        with suppress(ModuleNotFoundError):
            return find_spec("dagster") is not None
        return False
    try:
        return subprocess.run([python, "-c", HAS_DAGSTER], capture_output=True).returncode == 0
    except OSError as error:
        raise UsageError(f"{python} cannot be started: {error.strerror}") from error


def load(
    project: Path, *, python: str = sys.executable, env: Mapping[str, str] | None = None, timeout: float = 600
) -> dict[str, Any]:
    """The project's jobs with their ops, assets, schedules and sensors, as `graph_dump.py` describes them.

    `python` has Dagster. Raises VerificationError with the end of the traceback if the project does not load.
    """
    project = project.resolve()
    with tempfile.TemporaryDirectory(prefix="migrate-verify-") as folder:
        output = Path(folder, "graph.json")
        command = [python, str(SCRIPT), str(project.parent), package_name(project), str(output)]
        quiet = {"PYTHONDONTWRITEBYTECODE": "1", "DAGSTER_HOME": folder, "PYTHONWARNINGS": "ignore"}
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env={**os.environ, **quiet, **(env or {})},
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                timeout=timeout,
            )
        except subprocess.TimeoutExpired as error:
            raise VerificationError(f"{project} did not load within {timeout:g} s") from error
        except OSError as error:
            raise UsageError(f"{python} cannot be started: {error.strerror}") from error
        if done.returncode or not output.exists():
            end = _end(done.stderr)
            reason = end[-1] if end else f"exit status {done.returncode}"
            raise VerificationError("\n".join([f"{project} does not load in Dagster: {reason}", *end[:-1]]))
        found: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
        return found


def package_name(project: Path) -> str:
    """The name that the project is imported by. Raises UsageError for one that Python cannot import."""
    name = project.resolve().name
    if not name or "." in name:
        raise UsageError(
            f"{name!r} is the project's import name, which cannot have a dot: give another folder"
        )
    if name in sys.stdlib_module_names or name in ("airflow", "dagster", "migrator"):
        raise UsageError(
            f"{name!r} is the project's import name, and hides the module {name}: give another folder"
        )
    return name


def _end(text: str, lines: int = 30) -> list[str]:
    return text.strip().splitlines()[-lines:]
