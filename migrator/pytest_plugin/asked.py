"""What a mark asks for, and what the repository says about the place: interpreters, folders, the plan."""

import functools
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest

from migrator import manifest
from migrator.errors import UsageError

RANGE = ".."
VARIABLES = {"airflow_python": "AIRFLOW_PYTHON", "dags": "AIRFLOW_DAGS_FOLDER", "plan": "MIGRATE_PLAN"}
Place = str | Path


@dataclass(frozen=True)
class Asked:
    """A mark, or a call of the fixture. What is None is said elsewhere."""

    dag: str
    dates: tuple[str, ...]
    said: tuple[
        tuple[str, tuple[str, ...]], ...
    ]  # by name: project, dags, plan, airflow_python, dagster_python


@dataclass(frozen=True)
class Settings:
    """Tests with the same ones share a comparison."""

    project: Path
    dags: Path
    plan: Path | None
    airflows: tuple[str, ...]
    dagster: str
    deployed: bool = False
    twice: bool = False
    jobs: int = 1
    timeout: float = 1800


def asked(
    dag: str,
    dates: str | Sequence[str],
    *,
    project: Place | None = None,
    dags: Place | None = None,
    plan: Place | None = None,
    airflow_python: Place | Sequence[Place] | None = None,
    dagster_python: Place | None = None,
) -> Asked:
    """Reads the arguments of a mark. Raises UsageError for dates that are none."""
    several = (dates,) if isinstance(dates, str) else tuple(map(str, dates))
    if not several:
        raise UsageError(f"parity of {dag}: dates is empty, so nothing would be compared")
    if ranges := [date for date in several if RANGE in date]:
        from migrator.cli._compare_runs import all_dates

        all_dates((), ranges)
    given: dict[str, Place | Sequence[Place] | None]
    given = {"project": project, "dags": dags, "plan": plan, "dagster_python": dagster_python}
    given["airflow_python"] = airflow_python
    said = {name: _texts(value) for name, value in given.items() if value is not None}
    return Asked(dag, several, tuple(sorted(said.items())))


def of_mark(mark: pytest.Mark) -> Asked:
    """Raises UsageError where the arguments are not those of `parity`."""
    try:
        return asked(*mark.args, **mark.kwargs)
    except TypeError as error:
        raise UsageError(f"@pytest.mark.parity: {str(error).replace('asked() ', '')}") from error


def apart(mark: pytest.Mark) -> tuple[str, ...]:
    """The dates that are tests of their own; none, where a mark is one test or is wrong, which that test says."""
    try:
        dates = of_mark(mark).dates
    except UsageError:
        return ()
    return () if len(dates) == 1 or any(RANGE in date for date in dates) else tuple(dict.fromkeys(dates))


def settings(call: Asked, config: pytest.Config, test: Path) -> Settings:
    """The mark goes before the environment, that before pytest's ini file, and that before [tool.migrate.compare].

    Raises UsageError, which says where what is missing can be said.
    """
    said, table = dict(call.said), _table(config.rootpath)

    def several(name: str, key: str) -> tuple[str, ...]:
        variable = os.environ.get(VARIABLES.get(name, ""), "") if name in VARIABLES else ""
        ini = str(config.getini(f"parity_{name}"))
        below = table.get(key) or ()
        return said.get(name) or tuple(filter(None, (variable or ini,))) or _texts(below)

    def one(name: str, key: str) -> str | None:
        return next(iter(several(name, key)), None)

    root, airflows, dags = config.rootpath, several("airflow_python", "airflows"), one("dags", "dags")
    if not airflows or not dags:
        missing = [n for n, known in (("airflow_python", airflows), ("dags", dags)) if not known]
        raise UsageError(_how_to_say(missing))
    project, plan = one("project", "project"), one("plan", "plan")
    return Settings(
        project=_path(root, project) if project else _nearest(test, root),
        dags=_path(root, dags),
        plan=_path(root, plan) if plan else None,
        airflows=tuple(_interpreter(root, python) for python in airflows),
        dagster=_interpreter(root, one("dagster_python", "dagster_python") or sys.executable),
        deployed=bool(table.get("deployed")),
        twice=bool(table.get("self_check")),
        jobs=int(table.get("jobs") or 1),
        timeout=float(table.get("timeout") or 1800),
    )


@functools.cache
def _table(root: Path) -> dict[str, Any]:
    """[tool.migrate.compare] of the nearest pyproject.toml, as the command reads it; its paths are absolute."""
    from migrator.cli import _config, compare, group

    commands = group.list_commands(click.Context(group))
    found = _config.defaults("compare", compare.command, commands, root)
    for name in ("dags", "plan"):
        if name in found:
            found[name] = os.path.abspath(found[name])
    if "dagster_python" in found:
        found["dagster_python"] = _absolute(found["dagster_python"])
    return {**found, "airflows": [_absolute(python) for python in found.get("airflows", ())]}


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value),)


def _absolute(python: str) -> str:
    return os.path.abspath(python) if os.sep in python else python


def _path(root: Path, text: str) -> Path:
    return Path(os.path.abspath(root / Path(text).expanduser()))


def _interpreter(root: Path, python: str) -> str:
    """A path that holds in other working folders; its links stay, as an environment is found by them."""
    return str(_path(root, python)) if os.sep in python else python


def _nearest(test: Path, root: Path) -> Path:
    """The project that a test is in, as the tests of a converted one are."""
    for folder in test.parents:
        if (folder / manifest.NAME).is_file():
            return folder
        if folder == root:
            break
    raise UsageError(
        f"parity: no folder from {test.parent} up to {root} has a {manifest.NAME}: say project= in the mark, or "
        "parity_project in pytest's ini file"
    )


def _how_to_say(missing: list[str]) -> str:
    ways = [
        f"{name}= in the mark, {VARIABLES[name]} in the environment, parity_{name} in pytest's ini file, "
        f"or {name.replace('_', '-')} in [tool.migrate.compare]"
        for name in missing
    ]
    return "parity needs " + "; and ".join(ways)
