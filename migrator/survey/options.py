"""How a survey reads."""

from collections.abc import Callable
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.record import dataclass

if TYPE_CHECKING:
    from migrator.plan import Plan

Progress = Callable[[int, int], None]  # files that are done, and all of them


@dataclass(frozen=True)
class Limits:
    """For one file."""

    seconds: float = 30.0  # of processor time
    megabytes: int = 1024  # beyond what a process has when it starts


@dataclass(frozen=True)
class Options:
    """How to read. `jobs`: processes, None for one for each core. `cache`: a folder, None for no cache."""

    plan: "Plan | None" = None
    airflow_python: str | None = None
    jobs: int | None = None
    cache: Path | None = None
    limits: Limits = field(default_factory=Limits)
