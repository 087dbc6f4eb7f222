"""The place where one side runs one DAG: a fresh folder with the fixtures, an environment without surprises.

Both sides get the same path, one after the other, so that a path inside a value is not a difference. What a
side left there is moved away afterwards.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from migrator.errors import UsageError
from migrator.parity.places import Places
from migrator.parity.record import OUTPUTS
from migrator.plan import SandboxPlan

# What would make two runs of the same code differ. With the seed, chance begins each task with the same numbers.
FIXED = {"TZ": "UTC", "PYTHONHASHSEED": "0", "MIGRATE_RANDOM_SEED": "0"}


@dataclass(frozen=True)
class Sandbox:
    """`folder` exists only while a side runs."""

    folder: Path
    fixtures: Path | None
    plan: SandboxPlan
    root: Path = Path()  # the folder of the plan

    @cached_property
    def places(self) -> Places:
        """What a side has to itself on servers."""
        return Places(self.plan, self.folder, self.root)

    def environment(self) -> dict[str, str]:
        """What a side gets on top of the environment of this process, without what needs a server that is not there."""
        filled = {name: self.places.filled(text) for name, text in self.plan.env.items()}
        named = {name: text for name, text in filled.items() if text is not None}
        variables = {f"AIRFLOW_VAR_{name.upper()}": text for name, text in self.plan.variables.items()}
        return {**FIXED, **variables, **named}

    @contextmanager
    def fresh(self, left_behind: Path) -> Iterator[Path]:
        """The folder with nothing but the fixtures; what is in it afterwards goes to `left_behind`.

        The places on servers are as new, and gone afterwards.
        """
        _remove(self.folder)
        if self.fixtures is not None:
            shutil.copytree(self.fixtures, self.folder)
        else:
            self.folder.mkdir(parents=True)
        try:
            self.places.prepare(self.environment())
            yield self.folder
        finally:
            self.places.remove()
            _remove(left_behind)
            left_behind.parent.mkdir(parents=True, exist_ok=True)
            if self.folder.exists():
                shutil.move(self.folder, left_behind)


def sandbox(work: Path, plan: SandboxPlan, plan_folder: Path) -> Sandbox:
    """The sandbox below a work folder. Raises UsageError when the plan's fixtures are not there."""
    fixtures = (plan_folder / plan.fixtures).resolve() if plan.fixtures else None
    if fixtures is not None and not fixtures.is_dir():
        raise UsageError(f"{fixtures}: no such folder; the plan names it as fixtures")
    return Sandbox((work / "sandbox").resolve(), fixtures, plan, plan_folder)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def collect(sandbox: Path, globs: tuple[str, ...], record: Path) -> tuple[str, ...]:
    """Copies the declared output files into a record's folder; their names relative to the sandbox.

    Raises UsageError for a glob that leads out of it.
    """
    outside = [glob for glob in globs if Path(glob).is_absolute() or ".." in Path(glob).parts]
    if outside:
        raise UsageError(f"outputs are below the sandbox, so not {', '.join(outside)}")
    found = {path for glob in globs for path in sandbox.glob(glob)}
    wanted = {
        file for path in found for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file()
    }
    names = sorted(file.relative_to(sandbox).as_posix() for file in wanted)
    for name in names:
        target = record / OUTPUTS / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(sandbox / name, target)
    return tuple(names)


def inherited() -> dict[str, str]:
    """This process's environment for a Dagster side: without an instance or an Airflow of whoever calls."""
    ours = ("DAGSTER_HOME", "AIRFLOW_HOME", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    return {name: text for name, text in os.environ.items() if name not in ours}
