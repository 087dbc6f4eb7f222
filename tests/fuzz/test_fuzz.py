"""A short run of `make fuzz`, and a scan against what hits it from outside: signals, full disks, other scans."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.promises import scanned
from tests.processes import children, has_children, until

ROOT = Path(__file__).parent.parent.parent
HEAD = "from airflow import DAG\nfrom airflow.operators.empty import EmptyOperator\n"
GOOD = HEAD + "with DAG({id!r}):\n    EmptyOperator(task_id='a')\n"
SLOW = HEAD + "with DAG('slow'):\n" + "    for i in range(9): EmptyOperator(task_id=f'{i}')\n" * 300


def started(*words: object, **how: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "migrator", *map(str, words)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, start_new_session=True, **how)  # type: ignore[call-overload]


def test_a_hundred_files_that_nobody_should_have_written_break_no_promise() -> None:
    words = ["-m", "fuzz", "--seed", "7", "--mutants", "60", "--files", "8", "--no-bombs"]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A folder that takes some seconds."""
    folder = tmp_path / "dags"
    folder.mkdir()
    for number in range(40):
        (folder / f"slow_{number}.py").write_text(SLOW.replace("'slow'", f"'slow_{number}'"))
    return folder


@pytest.mark.parametrize(
    ("number", "status"),
    [pytest.param(signal.SIGINT, 130, id="Ctrl-C"), pytest.param(signal.SIGTERM, 143, id="terminated")],
)
def test_a_scan_that_is_stopped_leaves_nothing_behind(
    many: Path, tmp_path: Path, number: signal.Signals, status: int
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    process = started("scan", many, "--no-cache", "--jobs", 2, "--format", "json", "--output", out / "x.json")
    assert has_children(process)
    os.killpg(process.pid, number)  # as a terminal does: all processes of the scan
    _, said = process.communicate(timeout=120)
    assert (process.returncode, said) == (status, "")
    assert list(out.iterdir()) == []
    assert not _alive(process.pid)


def test_processes_end_with_the_scan_that_was_killed(many: Path) -> None:
    process = started("scan", many, "--no-cache", "--jobs", 2)
    assert has_children(process)
    process.kill()
    process.communicate(timeout=120)
    assert until(lambda: not _alive(process.pid))


def test_a_process_that_was_killed_from_outside_costs_no_result(many: Path) -> None:
    process = started("scan", many, "--no-cache", "--jobs", 2, "--format", "json")
    assert has_children(process)
    for child in children(process)[:1]:
        os.kill(child, signal.SIGKILL)
    out, said = process.communicate(timeout=120)
    assert (process.returncode, said) == (0, "")
    assert "SC036" not in out and out.count('"dag_id":"slow_') >= 40


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return any(_group(pid) == group for pid in os.listdir("/proc") if pid.isdigit())


def _group(pid: str) -> int:
    """Of a process that runs; 0 for one that only waits to be buried."""
    try:
        state, _, group = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:3]
    except OSError:
        return 0
    return 0 if state == "Z" else int(group)


def test_five_scans_share_one_cache(many: Path, tmp_path: Path) -> None:
    for file in sorted(many.iterdir())[8:]:
        file.unlink()
    environment = {**os.environ, "MIGRATE_CACHE_DIR": str(tmp_path / "cache")}
    scans = [started("scan", many, "--format", "json", "--jobs", 1, env=environment) for _ in range(5)]
    told = {process.communicate(timeout=120) for process in scans}
    assert len(told) == 1
    assert all(process.returncode == 0 for process in scans)


def a_folder(path: Path) -> None:
    path.mkdir(parents=True)


def not_a_database(path: Path) -> None:
    path.write_bytes(b"x" * 5000)


def half_of_it(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("damage", [a_folder, not_a_database, half_of_it, gone])
def test_whatever_the_cache_is_the_result_is_the_same(tmp_path: Path, damage: object) -> None:
    dags, cache = tmp_path / "dags", tmp_path / "cache"
    dags.mkdir()
    (dags / "a.py").write_text(GOOD.format(id="a"))
    first = scanned([dags], cache=cache)
    if damage is a_folder:
        for file in cache.iterdir():
            file.unlink()
    damage(cache / "scan.sqlite")  # type: ignore[operator]  # one of the four
    assert [scanned([dags], cache=cache) for _ in range(3)] == [first] * 3


# ---- a cache that is warm says what a cold one says
FILES = (
    "a.py",
    "b.py",
    "helper.py",
    "pack/__init__.py",
    "pack/deep.py",
    "sub dir/c.py",
    "conf.yaml",
    "conf.json",
    ".airflowignore",
)
USES = HEAD + (
    "import json, yaml\nfrom pathlib import Path\nfrom helper import NAMES\nfrom pack.deep import MORE\nimport pack\n"
    "with DAG({id!r}):\n    for n in [*NAMES, *MORE]: EmptyOperator(task_id=n)\n"
    "    for n in json.loads((Path(__file__).parent / 'conf.json').read_text()): EmptyOperator(task_id=n)\n"
    "    for n in yaml.safe_load(open('conf.yaml')): EmptyOperator(task_id=n)\n"
)
TEXTS = (
    "NAMES = ['x', 'y']\nMORE = ['z']\n",
    "NAMES = ['x', 'w']\nMORE = []\n",
    "from pack.deep import MORE\nNAMES = MORE\n",
    USES.format(id="one"),
    USES.format(id="two"),
    GOOD.format(id="one"),
    "[p, q]\n",
    '["r", "s"]\n',
    "b.py\n",
    "pack\nhelper.py\n",
    "",
    "x = (",
    HEAD + "#" * 2_000_001,
    HEAD + "#" * 2_000_002,
)
EDITS = st.tuples(st.sampled_from(FILES), st.one_of(st.none(), st.sampled_from(TEXTS)))
START = {
    "a.py": TEXTS[3],
    "b.py": TEXTS[4],
    "helper.py": TEXTS[0],
    "pack/deep.py": TEXTS[0],
    "conf.yaml": "[p]",
    "conf.json": '["r"]',
}


@settings(max_examples=8, deadline=None)
@given(st.lists(st.lists(EDITS, min_size=1, max_size=3), min_size=1, max_size=4))
def test_a_warm_cache_says_what_a_cold_one_says(
    tmp_path_factory: pytest.TempPathFactory, rounds: list[list[tuple[str, str | None]]]
) -> None:
    place = tmp_path_factory.mktemp("repository")
    dags, cache = place / "dags", place / "cache"
    for edits in [list(START.items()), *rounds]:
        for name, text in edits:
            path = dags / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True) if text is None else path.write_text(text)
        warm, cold = scanned([dags], jobs=1, cache=cache), scanned([dags], jobs=1)
        assert warm == cold
