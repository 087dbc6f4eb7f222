"""Makes the environments, `.venv` and one for each other Airflow, and finds programs; only what is not there yet.

Standard library only: it runs with the machine's own Python, before anything is installed.
A stamp inside each environment holds a digest of all that it was made from: a second start needs no network.
"""

import glob
import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
)
PYTHONS = ((3, 11), (3, 12))  # what the locks were resolved for


@dataclass(frozen=True)
class Environment:
    """What `pip install` is told for one folder."""

    folder: str
    lock: str
    wanted: tuple[str, ...]
    made_from: tuple[str, ...]
    newest: tuple[int, int] = (3, 12)  # the last Python that these packages can be installed with

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return ROOT / self.folder / "bin" / "python"

    @property
    def stamp(self) -> Path:
        """The file that says what it was made from."""
        return ROOT / self.folder / ".made-from"


ENVIRONMENTS = {
    # Dagster, Airflow 2.11 and everything that the tool and its tests use.
    "main": Environment(
        ".venv",
        "constraints/main.txt",
        ("--editable", ".[all,dev]"),
        ("constraints/main.txt", "pyproject.toml", "migrator/__init__.py"),
    ),
    # mypy needs a newer pathspec than dbt allows; it reads the packages of `.venv` from there.
    "lint": Environment(
        ".venv-lint",
        "constraints/lint.txt",
        ("mypy==2.4.1", "pydantic>=2.7"),
        ("constraints/lint.txt",),
    ),
    # Airflow 3 and what bundled DAGs import, and nothing of ours.
    "airflow3": Environment(
        ".venv-airflow3",
        "constraints/airflow3.txt",
        (
            "apache-airflow==3.3.2",
            "pandas<3",
            "pyarrow",
            "apache-airflow-providers-postgres",
            "apache-airflow-providers-amazon",
            "apache-airflow-providers-apache-spark",
            "psycopg2-binary",
            "asyncpg",
        ),
        ("constraints/airflow3.txt",),
    ),
    # What spark-submit and Spark jobs run with; half a gigabyte, so that nothing else carries it.
    "spark": Environment(
        ".venv-spark",
        "constraints/spark.txt",
        ("pyspark==4.3.0", "dagster-pipes", "pandas<3", "pyarrow"),
        ("constraints/spark.txt",),
    ),
    # The Airflow of a few years ago: what the scanner asks must work there too. Nothing but what it comes with.
    "airflow27": Environment(
        ".venv-airflow27",
        "constraints/airflow27.txt",
        ("apache-airflow==2.7.3",),
        ("constraints/airflow27.txt",),
        newest=(3, 11),
    ),
}


def digest(environment: Environment) -> str:
    """Changes whenever the environment has to be made again: other packages, or another place."""
    parts = [str(ROOT), *environment.wanted]
    parts += [(ROOT / name).read_text(encoding="utf-8") for name in environment.made_from]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def is_made(environment: Environment) -> bool:
    """Whether the stamp matches and the interpreter that it was made with is still there."""
    stamp = environment.stamp
    return (
        environment.python.exists()
        and stamp.exists()
        and stamp.read_text(encoding="utf-8").strip() == digest(environment)
    )


def make(environment: Environment) -> str | None:
    """Makes the environment; the text of the error, or None."""
    if is_made(environment):
        return None
    if sys.version_info[:2] > environment.newest:
        needed = ".".join(map(str, environment.newest))
        print(
            f"{environment.folder}: left out, as it needs Python {needed}; its tests are skipped", flush=True
        )
        return None
    started = time.monotonic()
    print(f"{environment.folder}: installing (about two minutes, once) ...", flush=True)
    environment.stamp.unlink(missing_ok=True)
    if not _runs(environment):
        shutil.rmtree(ROOT / environment.folder, ignore_errors=True)
        venv.create(ROOT / environment.folder, with_pip=True)
    done = subprocess.run(_pip(environment, *environment.wanted), cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        return f"{environment.folder}: pip failed\n{done.stdout}{done.stderr}"
    environment.stamp.write_text(digest(environment) + "\n", encoding="utf-8")
    print(f"{environment.folder}: ready after {time.monotonic() - started:.0f} s", flush=True)
    return None


def _runs(environment: Environment) -> bool:
    """Whether its interpreter starts, has a version that the lock is for, and was made in this place."""
    code = "import sys, pip; print(sys.version_info[:2], sys.prefix, sep='|')"
    try:
        done = subprocess.run([environment.python, "-c", code], capture_output=True, text=True)
    except OSError:
        return False
    fits = [f"{version}|{ROOT / environment.folder}" for version in PYTHONS if version <= environment.newest]
    return done.stdout.strip() in fits


def _pip(environment: Environment, *wanted: str) -> list[str]:
    options = ["--quiet", "--disable-pip-version-check", "--constraint", environment.lock]
    return [str(environment.python), "-m", "pip", "install", *options, *wanted]


@dataclass(frozen=True)
class Program:
    """Something of the operating system that tests use: without it they are skipped, and fail in CI."""

    name: str
    package: str  # of Debian
    commands: tuple[str, ...]  # any of them
    folders: str = ""  # a pattern of folders that need not be on the PATH
    variable: str = ""  # of the environment; may name a command, or a folder of commands

    def found(self) -> str | None:
        """Where it is."""
        named = os.environ.get(self.variable, "") if self.variable else ""
        folders = os.pathsep.join([named, *sorted(glob.glob(self.folders), reverse=True)])
        candidates = [shutil.which(named)] if named else []
        candidates += [shutil.which(command, path=folders) for command in self.commands if folders.strip(":")]
        return next(filter(None, [*candidates, *map(shutil.which, self.commands)]), None)


PROGRAMS = (
    Program("chromium", "chromium", BROWSERS, variable="MIGRATE_CHROMIUM"),
    Program("PostgreSQL", "postgresql", ("initdb",), "/usr/lib/postgresql/*/bin", "MIGRATE_PGBIN"),
    Program("Java", "default-jre-headless", ("java",)),  # for Spark
    Program("docker-compose", "docker-compose", ("docker-compose",)),  # checks docker-compose.yaml
)


def browser() -> str | None:
    """The Chromium or Chrome that tests of the HTML report drive."""
    return PROGRAMS[0].found()


def install_programs() -> None:
    """Debian's packages, of what is not there, where we may. Nothing of them is started: tests start their own."""
    missing = [program for program in PROGRAMS if not program.found()]
    sudo = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if missing and all(shutil.which(name) for name in ["apt-get", *sudo[:1]]):
        print(f"{', '.join(program.name for program in missing)}: installing (once) ...", flush=True)
        install = ["install", "--yes", "--no-install-recommends"]
        # One by one: a package that an archive lacks must not cost the others.
        for arguments in (["update"], *([*install, program.package] for program in missing)):
            apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", *arguments]
            subprocess.run(apt, stdin=subprocess.DEVNULL, capture_output=True)
    for program in missing:
        if not program.found():
            print(f"{program.name}: not here, and cannot be installed; its tests are skipped", flush=True)


def main(names: list[str]) -> int:
    """Makes the named environments, side by side."""
    with ThreadPoolExecutor() as pool:
        if "main" in names:
            pool.submit(install_programs)
        errors = [e for e in pool.map(make, (ENVIRONMENTS[name] for name in names)) if e]
    for error in errors:
        print(error, file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(ENVIRONMENTS)))
