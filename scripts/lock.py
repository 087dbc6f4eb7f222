"""Writes constraints/*.txt from what the environments hold: names and versions only, no addresses."""

import re
import subprocess
import sys

from scripts.environments import ENVIRONMENTS, ROOT, Environment

PINNED = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*==[^\s@;]+$")
OURS = ("migrator==", "pip==", "setuptools==")


def lock(environment: Environment) -> None:
    """One file, sorted as pip sorts it."""
    command = [str(environment.python), "-m", "pip", "freeze", "--exclude-editable"]
    frozen = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    lines = [line for line in frozen if PINNED.match(line) and not line.startswith(OURS)]
    head = f"# What {environment.folder} holds, resolved with Python 3.11; `make lock` renews it."
    (ROOT / environment.lock).write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    print(f"{environment.lock}: {len(lines)} packages")


if __name__ == "__main__":
    for one in (e for e in ENVIRONMENTS.values() if e.python.exists()):
        lock(one)
    sys.exit(0)
