"""The example DAGs that Airflow ships in its wheels, found by asking the interpreter that has it."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

# Found, not imported: importing Airflow would create its home folder and take seconds.
ASK = """
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
print(version("apache-airflow"), Path(find_spec("airflow").origin).parent, sep="|")
"""

INTERPRETERS = (Path(".venv/bin/python"), Path(".venv-airflow3/bin/python"))


@dataclass(frozen=True)
class Corpus:
    """The example folders of one Airflow, its own and those of the providers that come with it."""

    version: str
    airflow: Path
    python: Path

    @property
    def files(self) -> list[Path]:
        """All Python files of all example folders, sorted."""
        return sorted(self.airflow.rglob("example_dags/**/*.py"))

    def copy_to(self, folder: Path) -> Path:
        """A DAG folder that holds them all, apart from the installed package."""
        for file in self.files:
            place = folder / file.relative_to(self.airflow)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
        return folder


def corpus(python: Path) -> Corpus:
    """The corpus of one interpreter."""
    done = subprocess.run([python, "-I", "-c", ASK], check=True, capture_output=True, text=True)
    version, folder = done.stdout.strip().split("|", 1)
    return Corpus(version, Path(folder), python.absolute())


def corpora() -> list[Corpus]:
    """Those of both environments."""
    return [corpus(python) for python in INTERPRETERS]
