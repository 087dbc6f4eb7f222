"""What mutants are made of: the example DAGs of each Airflow that is installed, and the DAGs of this repository."""

import sys
import sysconfig
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
OURS = ("airflow_dags", "tests/scan/cases", "tests/convert/dags")
WHEELS = ("airflow/example_dags", "airflow/providers/*/example_dags", "airflow/providers/*/*/example_dags")


@cache
def seeds() -> tuple[bytes, ...]:
    """The texts of all DAG files, in an order that is always the same."""
    folders = [ROOT / name for name in OURS]
    for packages in sorted(ROOT.glob(".venv*/lib/python3*/site-packages")):
        folders += [found for pattern in WHEELS for found in sorted(packages.glob(pattern))]
    files = [file for folder in folders for file in sorted(folder.rglob("*.py"))]
    texts = (file.read_bytes() for file in files)
    return tuple(dict.fromkeys(text for text in texts if text.strip()))


def installed() -> list[Path]:
    """Every Python file of the standard library and of the packages beside it."""
    paths = sysconfig.get_paths()
    folders = dict.fromkeys(Path(paths[name]) for name in ("stdlib", "purelib", "platlib"))
    return sorted({file for folder in folders for file in _files(folder)})


def _files(folder: Path) -> list[Path]:
    inner = folder / "site-packages"  # of another environment, where the library is shared
    other = inner if inner.is_dir() and not str(inner).startswith(sys.prefix) else None
    return [f for f in folder.rglob("*.py") if f.is_file() and not (other and f.is_relative_to(other))]
