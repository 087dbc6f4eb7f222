"""Functions that run in another Python than Dagster's: an interpreter that is there, or an environment made for them.

    return in_python("/opt/models/bin/python", partial(train, rows=rows))
    return in_virtualenv(partial(train, rows=rows), ["scikit-learn==1.5.0"])

Only the text of the function goes there, so it imports inside of it what it needs. Arguments and the result travel as
pickles. What it prints is the step's output; when it fails, the step fails, with its error as the reason.
"""

import hashlib
import inspect
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg

OLDEST = 4  # of the pickles: what every Python 3.4 and later can read
SCRIPT = """\
from __future__ import annotations

import pickle
import sys

{source}

with open(sys.argv[1], "rb") as file:
    args, kwargs = pickle.load(file)
try:
    result = {name}(*args, **kwargs)
except Exception as error:
    with open(sys.argv[3], "w") as file:
        file.write(f"{{type(error).__name__}}: {{error}}")
    raise
with open(sys.argv[2], "wb") as file:
    pickle.dump(result, file)
"""


def in_python(
    python: str | os.PathLike[str],
    call: Callable[[], Any],
    *,
    env: Mapping[str, str] | None = None,
    inherit_env: bool = True,
) -> Any:
    """What a function gives in another interpreter. Raises Failure when it fails there, or there is no interpreter.

    Args:
        python: The interpreter.
        call: A function, or a `partial` of one with its arguments.
        env: More variables for its environment; all of them without `inherit_env`.
    """
    call = call if isinstance(call, partial) else partial(call)
    source, name = textwrap.dedent(inspect.getsource(call.func)), call.func.__name__
    with tempfile.TemporaryDirectory(prefix="other-python-") as folder:
        script, given, result, why = (Path(folder, n) for n in ("script.py", "given", "result", "why"))
        script.write_text(SCRIPT.format(source=source, name=name), encoding="utf-8")
        given.write_bytes(pickle.dumps((call.args, call.keywords), OLDEST))
        inherited = dict(os.environ) if inherit_env else {}
        status = _run([python, script, given, result, why], {**inherited, **(env or {})})
        if status:
            reason = why.read_text(encoding="utf-8") if why.exists() else f"exit code {status}"
            raise dg.Failure(f"{name} failed in {python}: {reason}")
        return pickle.loads(result.read_bytes())


def in_virtualenv(
    call: Callable[[], Any],
    requirements: Sequence[str] = (),
    *,
    python_version: str | None = None,
    system_site_packages: bool = True,
    pip_install_options: Sequence[str] = (),
    index_urls: Sequence[str] = (),
    cache: str | os.PathLike[str] | None = None,
    env: Mapping[str, str] | None = None,
    inherit_env: bool = True,
) -> Any:
    """The same in a virtual environment with these requirements, which is gone afterwards.

    Args:
        python_version: Such as "3.11"; that of Dagster without it.
        system_site_packages: Whether the packages of that Python are there as well.
        index_urls: Where packages come from: the first in place of the usual index, the others beside it.
        cache: A folder in which environments stay, and are found again by what was asked for.
    """
    python = shutil.which(f"python{python_version}") if python_version else sys.executable
    if python is None:
        raise dg.Failure(f"there is no python{python_version} on the PATH")
    urls = [f"--{'extra-' * bool(place)}index-url={url}" for place, url in enumerate(index_urls)]
    wanted = [*requirements, *pip_install_options, *urls]
    build = partial(_build, python, list(requirements), [*pip_install_options, *urls], system_site_packages)
    run = partial(in_python, call=call, env=env, inherit_env=inherit_env)
    if cache is None:
        with tempfile.TemporaryDirectory(prefix="virtualenv-") as folder:
            build(Path(folder))
            return run(_python_of(Path(folder)))
    asked = repr((os.path.realpath(python), system_site_packages, wanted))
    place = Path(cache, f"venv-{hashlib.sha256(asked.encode()).hexdigest()[:12]}")
    if not (place / "whole").exists():  # half-built by a run that was killed, or by nobody
        shutil.rmtree(place, ignore_errors=True)
        build(place)
        (place / "whole").touch()
    return run(_python_of(place))


def _build(python: str, requirements: list[str], options: list[str], system: bool, place: Path) -> None:
    shared = ["--system-site-packages"] if system else []
    bare = [] if requirements else ["--without-pip"]
    if _run([python, "-m", "venv", *shared, *bare, place], os.environ):
        raise dg.Failure("the virtual environment could not be made")
    if requirements and _run(
        [_python_of(place), "-m", "pip", "install", "-q", *options, *requirements], os.environ
    ):
        raise dg.Failure(f"not all of {', '.join(requirements)} could be installed")


def _python_of(place: Path) -> Path:
    return place / "bin" / "python"


def _run(words: Sequence[str | os.PathLike[str]], env: Mapping[str, str]) -> int:
    """The exit status of a command; its output is that of the step."""
    try:
        process = subprocess.Popen(
            words,
            env=dict(env),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise dg.Failure(f"{os.fspath(words[0])} cannot be started: {error.strerror}") from error
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
    return process.returncode
