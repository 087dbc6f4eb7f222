"""A generated project on disk: what is written, what is kept, and what a crash leaves."""

import hashlib
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from migrator.emit.write import WriteResult, plan_changes, write
from migrator.errors import UsageError
from migrator.manifest import NAME, DagEntry, Manifest

DAG = Manifest(dags={"a": DagEntry(file="a.py", level="lift", module="defs.a", job="a")})


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "project"


def put(out: Path, force: bool = False, **files: str) -> WriteResult:
    return write(
        out, {name.replace("__", "/") + ".py": text for name, text in files.items()}, DAG, force=force
    )


def kinds(result: WriteResult) -> dict[str, str]:
    return {change.path: change.kind for change in result.changes}


def test_a_new_project_has_its_files_and_their_digests(out: Path) -> None:
    put(out, a="x = 1\n", defs__b="y = 2\n")
    assert (out / "defs/b.py").read_text() == "y = 2\n"
    recorded = json.loads((out / NAME).read_text())
    assert recorded["files"]["a.py"] == hashlib.sha256(b"x = 1\n").hexdigest()
    assert recorded["dags"]["a"]["job"] == "a"


def test_the_same_input_writes_nothing_again(out: Path) -> None:
    put(out, a="x = 1\n")
    assert put(out, a="x = 1\n").written == ()


def test_an_empty_folder_is_filled(out: Path) -> None:
    out.mkdir(parents=True)
    put(out, a="x = 1\n")
    assert (out / "a.py").exists()


def test_a_file_that_nobody_edited_follows_the_generator(out: Path) -> None:
    put(out, a="x = 1\n")
    assert kinds(put(out, a="x = 2\n")) == {"a.py": "changed", NAME: "changed"}
    assert (out / "a.py").read_text() == "x = 2\n"


def test_an_edited_file_is_kept_and_the_new_text_is_shown(out: Path) -> None:
    put(out, a="x = 1\n")
    (out / "a.py").write_text("x = 1  # mine\n")
    (kept,) = put(out, a="x = 2\n").kept
    assert (out / "a.py").read_text() == "x = 1  # mine\n"
    assert kept.pending and "-x = 1  # mine\n+x = 2\n" in kept.diff


def test_an_edited_file_has_nothing_pending_once_its_new_text_was_shown(out: Path) -> None:
    put(out, a="x = 1\n")
    (out / "a.py").write_text("x = 1  # mine\n")
    put(out, a="x = 2\n")
    (kept,) = put(out, a="x = 2\n").kept
    assert kept.kind == "edited" and not kept.pending


def test_force_overwrites_an_edit(out: Path) -> None:
    put(out, a="x = 1\n")
    (out / "a.py").write_text("mine\n")
    assert put(out, force=True, a="x = 2\n").kept == ()
    assert (out / "a.py").read_text() == "x = 2\n"


def test_an_edit_that_equals_the_new_text_is_no_edit(out: Path) -> None:
    put(out, a="x = 1\n")
    (out / "a.py").write_text("x = 2\n")
    assert kinds(put(out, a="x = 2\n"))["a.py"] == "unchanged"


def test_line_ends_of_a_checkout_are_no_edit(out: Path) -> None:
    put(out, a="x = 1\n")
    (out / "a.py").write_bytes(b"x = 1\r\n")
    assert kinds(put(out, a="x = 2\n"))["a.py"] == "changed"


def test_a_file_of_a_person_at_a_new_path_is_kept(out: Path) -> None:
    put(out, a="x = 1\n")
    (out / "b.py").write_text("hands off\n")
    assert [c.path for c in put(out, a="x = 1\n", b="y = 1\n").kept] == ["b.py"]


def test_a_file_that_is_not_text_counts_as_edited(out: Path) -> None:
    put(out, a="x = 1\n")
    (out / "a.py").write_bytes(b"\xff\xfe")
    put(out, a="x = 2\n")
    assert (out / "a.py").read_bytes() == b"\xff\xfe"


def test_a_stale_file_goes_and_so_does_its_empty_folder(out: Path) -> None:
    put(out, a="x = 1\n", old__b="y = 1\n")
    assert put(out, a="x = 1\n").removed == ("old/b.py",)
    assert not (out / "old").exists()


def test_a_stale_file_that_was_edited_stays_and_is_reported_each_time(out: Path) -> None:
    put(out, a="x = 1\n", b="y = 1\n")
    (out / "b.py").write_text("mine\n")
    for _ in range(2):
        (kept,) = put(out, a="x = 1\n").kept
        assert (kept.path, kept.after) == ("b.py", None)
    assert (out / "b.py").read_text() == "mine\n"


def test_files_that_were_never_ours_are_left_alone(out: Path) -> None:
    put(out, a="x = 1\n")
    (out / "notes.txt").write_text("mine")
    put(out, force=True, a="x = 2\n")
    assert (out / "notes.txt").read_text() == "mine"


def test_a_folder_of_others_is_refused(out: Path) -> None:
    out.mkdir(parents=True)
    (out / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="not empty"):
        put(out, a="x = 1\n")


@pytest.mark.parametrize("path", ["../a.py", "/tmp/a.py", ""])
def test_a_path_outside_the_project_is_refused(out: Path, path: str) -> None:
    with pytest.raises(UsageError, match="inside the project"):
        write(out, {path: ""}, DAG)


def test_a_plan_touches_nothing(out: Path) -> None:
    assert [c.kind for c in plan_changes(out, {"a.py": "x = 1\n"}, DAG)] == ["new", "new"]
    assert not out.parent.exists()


SIZES = (200, 90_000)
WRITER = """
import sys
from pathlib import Path
from migrator.emit.write import write
from migrator.manifest import Manifest
text = sys.argv[2] * int(sys.argv[3])
write(Path(sys.argv[1]), {f"m{i}.py": f"{i}{text}" for i in range(60)}, Manifest())
"""


def writer(out: Path, letter: str, size: int, before: str = "") -> list[str]:
    return [sys.executable, "-c", before + WRITER, str(out), letter, str(size)]


def test_a_full_disk_leaves_the_old_project(out: Path) -> None:
    subprocess.run(writer(out, "a", SIZES[0]), check=True)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (50000, 50000))\n"
    assert subprocess.run(writer(out, "b", SIZES[1], limit), capture_output=True).returncode
    assert all("b" not in file.read_text() for file in out.glob("m*.py"))
    assert [p.name for p in out.parent.iterdir()] == [out.name]


DIES = """
import os, signal
def dying(call, left=[{calls}]):
    def wrapped(*args):
        left[0] -= 1
        return call(*args) if left[0] else os.kill(os.getpid(), signal.SIGKILL)
    return wrapped
os.{name} = dying(os.{name})
"""


@pytest.mark.parametrize(
    ("name", "calls"),
    [
        pytest.param("fsync", 30, id="while the new files are prepared"),
        pytest.param("replace", 1, id="before the first file is replaced"),
        pytest.param("replace", 30, id="between two files"),
        pytest.param("replace", 61, id="before the manifest"),
    ],
)
def test_a_killed_write_leaves_whole_files_and_the_next_one_finishes(
    out: Path, name: str, calls: int
) -> None:
    subprocess.run(writer(out, "a", SIZES[0]), check=True)
    killed = subprocess.run(writer(out, "b", SIZES[1], DIES.format(name=name, calls=calls)))
    assert killed.returncode == -signal.SIGKILL
    assert {len(file.read_text().lstrip("0123456789")) for file in out.glob("m*.py")} <= set(SIZES)
    subprocess.run(writer(out, "b", SIZES[1]), check=True)
    assert {file.read_text()[-1] for file in out.glob("m*.py")} == {"b"}
    assert [p.name for p in out.parent.iterdir()] == [out.name]
