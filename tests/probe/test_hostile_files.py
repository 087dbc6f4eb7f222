"""DAG files that do what they like to the process that loads them: each costs only itself, and says where."""

import subprocess
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import dedent

import pytest

from migrator.findings import Finding
from migrator.ir import Dag, Project
from migrator.scan import runtime

GIB = 1 << 30
MARK = "migrate-hostile-test"
DAG = "\nfrom airflow import DAG\n\nwith DAG({name!r}, schedule=None) as dag:\n    pass\n"


@dataclass(frozen=True)
class Case:
    """What a file does before it defines a DAG, and what becomes of it: None is a DAG."""

    text: str
    code: str | None = None
    line: int = 1
    says: str = ""


LEAVES_ITS_PROCESS_RUNNING = f"""
    import os, subprocess, sys
    subprocess.Popen(["sh", "-c", "sleep 300 # {MARK}"], start_new_session=True)
"""
CASES = {
    "sys_exit": Case("import sys\nsys.exit('enough')", "SC022", 2, "SystemExit: enough"),
    "os_exit": Case("import os\n\nos._exit(3)", "SC022", 3, "exit status 3"),
    "os_exit_in_function": Case(
        "from os import _exit\ndef f():\n    _exit(0)\nf()", "SC022", 3, "exit status 0"
    ),
    "segfault": Case("import ctypes\n\nctypes.string_at(0)", "SC022", 3, "SIGSEGV"),
    "aborts": Case("import os\nos.abort()", "SC022", 2, "SIGABRT"),
    "says_why": Case(
        "import os\nos.write(2, b'no license')\nos._exit(7)", "SC022", 3, "status 7: no license"
    ),
    "kills_itself": Case("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "SC022", 1, "SIGKILL"),
    "endless": Case("x = 1\nwhile True: pass", "SC021", 2, "not done within 5 s"),
    "long_import": Case("import slow_helper", "SC021", 1, "not done within 5 s"),
    "ignores_signals": Case(
        "import signal, time\nfor n in range(1, 60):\n    try:\n        signal.signal(n, signal.SIG_IGN)\n"
        "    except (OSError, ValueError):\n        pass\nwhile True:\n    time.sleep(1)",
        "SC021",
    ),
    "memory": Case("kept = []\nkept.append(bytearray(2 << 30))", "SC060", 2, "MemoryError"),
    "memory_bit_by_bit": Case(
        "kept = []\nwhile True:\n    kept.append(bytes(10_000_000))", "SC060", 3, "MemoryError"
    ),
    "base_exception": Case(
        "class Stop(BaseException):\n    pass\n\nraise Stop('no')", "SC020", 4, "Stop: no"
    ),
    "interrupt": Case("raise KeyboardInterrupt", "SC022", 1, "KeyboardInterrupt"),
    "long_message": Case("raise ValueError('one\\n  two\\nthree: 3')", "SC020", 1, "ValueError: one"),
    "recursion": Case("def f():\n    f()\nf()", "SC020", 2, "RecursionError"),
    "cyclic_a": Case("from cyclic_b import b\na = 1", "SC020", 1, "partially initialized module"),
    "cyclic_b": Case("from cyclic_a import a\nb = 1", "SC020", 1, "partially initialized module"),
    "broken_helper": Case("import sys\nimport broken", "SC020", 2, "ZeroDivisionError"),
    "prints": Case("import sys\nprint('{\"event\": \"done\"}' * 9999)\nprint('x' * 99999, file=sys.stderr)"),
    "prints_for_ever": Case("while True:\n    print('x' * 9_999_999, flush=True)", "SC021", 2, "not done"),
    "closes_stdout": Case("import os\nos.close(1)\nos.close(2)"),
    "closes_everything": Case("import os\nos.closerange(0, 4096)"),
    "chdir": Case("import os\nos.chdir('/')"),
    "sys_path": Case("import sys\nsys.path.clear()\nsys.modules['json'] = None"),
    "patches_json": Case("import json, builtins\njson.dumps = lambda *a, **k: 'no'\nbuiltins.print = None"),
    "patches_builtins": Case("import builtins\nbuiltins.sorted = None", "SC020", 5, "NoneType"),
    "forks": Case("import os\nos.fork()"),
    "fork_that_stays": Case("import os, time\nif not os.fork():\n    time.sleep(300)"),
    "threads": Case("import threading, time\nthreading.Thread(target=time.sleep, args=(300,)).start()"),
    "daemon": Case(dedent(LEAVES_ITS_PROCESS_RUNNING)),
    "double_fork": Case(
        "import os, subprocess\nif not os.fork():\n    os.setsid()\n    if not os.fork():\n"
        f"        os.execvp('sh', ['sh', '-c', 'sleep 300 # {MARK}'])\n    os._exit(0)\nos.wait()"
    ),
    "deletes": Case("import os\nfor name in os.listdir('.'):\n    os.path.isfile(name) and os.unlink(name)"),
    "reads_stdin": Case("assert input is not None\nimport sys\nassert sys.stdin.read() == ''"),
    "reads_a_line": Case("input('go on?')", "SC020", 1, "EOFError"),
    "writes_home": Case(
        "import os\nhome = os.environ['AIRFLOW_HOME']\nassert not os.path.exists(home + '/note')\n"
        "open(home + '/note', 'w').write('x')"
    ),
    "kills_its_parent": Case("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)", "SC022", 1, ""),
    "variable": Case("from airflow.models import Variable\nassert Variable.get('none', default_var=3) == 3"),
    "plain": Case(""),
}
CYCLE = """\
from datetime import datetime
from airflow.decorators import task
from airflow import DAG
DAG("other", schedule=None)
with DAG("round", schedule=None, start_date=datetime(2024, 1, 1)):
    @task
    def one(): ...
    @task
    def two(): ...
    first = one()
    first >> two() >> first
"""
HELPERS = {
    "slow_helper.py": "import time\ntime.sleep(300)\n",
    "broken.py": "1 / 0\n",
}


def write(folder: Path) -> None:
    for name, case in CASES.items():
        (folder / f"{name}.py").write_text(case.text + DAG.format(name=name))
    (folder / "cycle.py").write_text(CYCLE)
    for name, text in HELPERS.items():
        (folder / name).write_text(text)
    for name in ("same_a", "same_b"):
        (folder / f"{name}.py").write_text(DAG.format(name="same"))
    with zipfile.ZipFile(folder / "packed.zip", "w") as archive:
        archive.writestr("inside.py", DAG.format(name="packed"))


@dataclass(frozen=True)
class Loaded:
    """What two loads of the one folder gave: the files that never end, and all others with all the time they need."""

    project: Project
    findings: list[Finding]
    folder: Path
    cwd: Path
    counted: list[tuple[int, int]]

    def dags(self, file: str) -> list[Dag]:
        return [dag for dag in self.project.dags if dag.origin.file == file]

    def found(self, file: str) -> list[Finding]:
        return [finding for finding in self.findings if finding.origin.file == file]


@pytest.fixture(scope="module")
def loaded(python: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """All of them, loaded from an empty working folder, in a home of Airflow that nobody has."""
    folder, cwd = tmp_path_factory.mktemp("dags"), tmp_path_factory.mktemp("cwd")
    write(folder)
    (cwd / "kept.txt").touch()
    files = sorted(path.name for path in folder.iterdir())
    endless = [f"{name}.py" for name, case in CASES.items() if case.code == "SC021"]
    endless.append("slow_helper.py")
    counted: list[tuple[int, int]] = []

    def load(some: list[str], seconds: float) -> tuple[Project, list[Finding]]:
        return runtime.load(
            folder,
            some,
            python,
            file_timeout=seconds,
            file_memory=GIB,
            progress=lambda n, of: counted.append((n, of)),
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AIRFLOW_HOME")
        patch.setenv("HOME", str(cwd / "home"))
        patch.chdir(cwd)
        cut, late = load(endless, 5)
        project, findings = load([name for name in files if name not in endless], 120)
    whole = replace(project, dags=cut.dags + project.dags)
    yield Loaded(whole, late + findings, folder, cwd, counted)


@pytest.mark.parametrize("name", CASES)
def test_a_file_costs_only_itself(loaded: Loaded, name: str) -> None:
    case, file = CASES[name], f"{name}.py"
    found = [(f.code, f.origin.line) for f in loaded.found(file)]
    if case.code is None:
        assert (found, [dag.dag_id for dag in loaded.dags(file)]) == ([], [name])
    else:
        assert (found, loaded.dags(file)) == ([(case.code, case.line)], [])
        assert case.says in loaded.found(file)[0].message


def test_a_cycle_is_found_at_its_dag(loaded: Loaded) -> None:
    (found,) = loaded.found("cycle.py")
    assert (found.code, found.origin.line) == ("SC020", 5)
    assert "ycle" in found.message
    assert "round" not in [dag.dag_id for dag in loaded.dags("cycle.py")]


def test_a_dag_in_an_archive_is_loaded(loaded: Loaded) -> None:
    assert [(dag.dag_id, dag.origin.line) for dag in loaded.dags("packed.zip")] == [("packed", 4)]


def test_every_file_is_counted_as_it_comes(loaded: Loaded) -> None:
    first = next(total for _, total in loaded.counted)
    second = len(CASES) + len(HELPERS) + 4 - first
    assert loaded.counted == [(n, total) for total in (first, second) for n in range(1, total + 1)]


def test_no_process_is_left(loaded: Loaded) -> None:
    time.sleep(0.5)
    shown = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    left = [line for line in shown.splitlines() if MARK in line or str(loaded.folder) in line]
    assert left == []


def test_nothing_is_written_beside_the_files_or_in_the_home(loaded: Loaded) -> None:
    assert not list(loaded.folder.rglob("*.pyc"))
    assert sorted(path.name for path in loaded.cwd.rglob("*") if path.is_file()) == []
    assert not (loaded.cwd / "home" / "airflow").exists()
