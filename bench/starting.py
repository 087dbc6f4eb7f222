"""A process of ours against an empty one."""

import subprocess
import sys
import time
from collections.abc import Iterator
from subprocess import DEVNULL

from bench.line import Line, Setting, compare
from bench.processes import environment

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
            lambda ours=ours: subprocess.run(ours, check=True, stdout=DEVNULL, env=environment()),  # type: ignore[misc]
            "python -c pass",
            lambda: subprocess.run([sys.executable, "-c", "pass"], check=True),
            setting.rounds,
            clock=time.perf_counter,
        )
