"""A process of ours against an empty one."""

import subprocess
import sys
from collections.abc import Iterator

from bench.line import Line, Setting, compare

COMMANDS = {
    "migrate --help": ("--help",),
    "migrate scan of one file": ("scan", "airflow_dags/order_pipeline.py"),
}


def lines(setting: Setting) -> Iterator[Line]:
    """What a user waits for before anything happens."""
    for name, words in COMMANDS.items():
        ours = [sys.executable, "-m", "migrator", *words]
        yield compare(
            name,
            lambda ours=ours: subprocess.run(ours, check=True, stdout=subprocess.DEVNULL),  # type: ignore[misc]
            "python -c pass",
            lambda: subprocess.run([sys.executable, "-c", "pass"], check=True),
            setting.rounds,
        )
