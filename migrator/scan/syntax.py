"""Which syntax `.airflowignore` has in a place: what says it for certain, and what makes it likely.

For certain: the environment variable that Airflow reads, else an `airflow.cfg` of AIRFLOW_HOME or in or up to two
folders above the scanned one. Likely: the version of Airflow that is asked, or that a file of the project asks for.
"""

import os
import re
from pathlib import Path

from migrator.record import dataclass

VARIABLE = "AIRFLOW__CORE__DAG_IGNORE_FILE_SYNTAX"
PROJECT = (
    "requirements.txt",
    "constraints.txt",
    "pyproject.toml",
    "setup.cfg",
    "Dockerfile",
    "docker-compose.yaml",
)
PINNED = re.compile(r"apache-airflow(?:\[[^\]\n]*\])?\s*[=~>]=\s*([23])\.|apache/airflow:(?:slim-)?([23])\.")
LARGEST = 1_000_000  # bytes


@dataclass(frozen=True)
class Syntax:
    """How lines are read. The two Airflows read globs of folders and repeated lines a little differently."""

    name: str  # "regexp" or "glob"
    version: int  # of Airflow

    @property
    def called(self) -> str:
        """In words."""
        return "regular expression" if self.name == "regexp" else "glob"


REGEXP = Syntax("regexp", 2)
GLOB = Syntax("glob", 3)


@dataclass(frozen=True)
class Setting:
    """What is known. `told` is certain; `usual` is for a file that could be either."""

    told: Syntax | None = None
    usual: Syntax = REGEXP


def setting(root: Path, airflow: str | None = None) -> Setting:
    """What is known for a folder; `airflow` is the version of the Airflow that loads it, where one is asked."""
    places = [root, *list(root.parents)[:2]]
    version = int(airflow[0]) if airflow and airflow[0] in "23" else _pinned(places)
    usual = GLOB if version == 3 else REGEXP
    name = os.environ.get(VARIABLE) or _configured(places)
    if name in ("regexp", "glob"):
        return Setting(Syntax(name, version or (3 if name == "glob" else 2)), usual)
    return Setting(None, usual)


def _configured(places: list[Path]) -> str | None:
    import configparser  # few folders have an `.airflowignore`

    home = os.environ.get("AIRFLOW_HOME")
    for folder in [*([Path(home)] if home else []), *places]:
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            parser.read_string(_text(folder / "airflow.cfg"))
        except configparser.Error:
            continue
        if parser.has_option("core", "dag_ignore_file_syntax"):
            return parser.get("core", "dag_ignore_file_syntax").strip()
    return None


def _pinned(places: list[Path]) -> int | None:
    """The major version that a file of the project asks for, the nearest first."""
    for folder in places:
        for name in PROJECT:
            if found := PINNED.search(_text(folder / name)):
                return int(found[1] or found[2])
    return None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") if path.is_file() and path.stat().st_size <= LARGEST else ""
    except (OSError, UnicodeDecodeError):
        return ""
