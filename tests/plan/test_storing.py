"""A plan is written whole or not at all, and not over what is no plan of ours."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from migrator import atomic
from migrator import plan as plans
from migrator.convert.plan_file import update
from migrator.errors import PlanError

FULL = """
import resource, signal, sys
from pathlib import Path
from migrator.convert.plan_file import update
from migrator.errors import PlanError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
dags = [{"dag_id": f"d{i}", "file": "f.py", "level": "job", "partial": False, "tasks": []} for i in range(200)]
try:
    update(Path(sys.argv[1]), dags)
except PlanError as error:
    print(error)
"""


def dag(dag_id: str) -> dict[str, object]:
    return {"dag_id": dag_id, "file": "f.py", "level": "job", "partial": False, "tasks": []}


@pytest.mark.parametrize("before", [None, "dags:\n  mine: {}  # a comment\n"], ids=["new", "there already"])
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, before: str | None) -> None:
    path = tmp_path / "migrate.yaml"
    if before is not None:
        path.write_text(before)
    done = subprocess.run([sys.executable, "-c", FULL, str(path)], capture_output=True, text=True)
    assert done.stdout == f"{path}: File too large\n", done.stderr
    assert [p.read_text() for p in tmp_path.iterdir()] == ([] if before is None else [before])


def test_a_link_a_folder_and_a_read_only_file_are_refused(tmp_path: Path) -> None:
    real = tmp_path / "real.yaml"
    real.write_text("dags: {}\n")
    for name, make, why in [
        ("link", lambda p: p.symlink_to(real), "a symbolic link; name the file itself"),
        ("dangling", lambda p: p.symlink_to("nowhere"), "cannot be read: No such file"),
        ("folder", lambda p: p.mkdir(), "a folder, not a plan"),
        ("locked", lambda p: (p.write_text("dags: {}\n"), p.chmod(0o444)), "is read-only"),
    ]:
        make(tmp_path / name)
        with pytest.raises(PlanError, match=why):
            update(tmp_path / name, [dag("a")])
    assert real.read_text() == "dags: {}\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["dangling", "folder", "link", "locked", "real.yaml"]


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="there is no folder"):
        update(tmp_path / "no" / "migrate.yaml", [dag("a")])


def test_a_plan_with_nothing_to_add_is_not_touched_even_where_it_could_not_be_written(tmp_path: Path) -> None:
    path = tmp_path / "migrate.yaml"
    update(path, [dag("a")])
    path.chmod(0o444)
    before = path.stat()
    assert not update(path, [dag("a")]).added
    assert path.stat().st_mtime_ns == before.st_mtime_ns and path.stat().st_ino == before.st_ino


def test_permissions_stay(tmp_path: Path) -> None:
    path = tmp_path / "migrate.yaml"
    path.write_text("dags: {}\n")
    path.chmod(0o640)
    update(path, [dag("a")])
    assert path.stat().st_mode & 0o777 == 0o640


def test_what_an_editor_saved_in_between_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "migrate.yaml"
    path.write_text("a\n")
    with pytest.raises(atomic.Changed):
        atomic.write(path, b"c\n", before=b"b\n", check=True)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("migrate.yaml", "a\n")]


def test_scans_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "migrate.yaml"
    path.write_text("# mine\ndags: {}\n")
    added: list[str] = []

    def add(name: str) -> None:
        try:
            update(path, [dag(name)])
            added.append(name)
        except PlanError as error:
            assert "keeps changing" in str(error)

    threads = [threading.Thread(target=add, args=[f"d{i}"]) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "# mine" in path.read_text() and added
    assert sorted(plans.read(path).dags) == sorted(added)
    assert os.listdir(tmp_path) == ["migrate.yaml"]
