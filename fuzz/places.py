"""A folder of obstacles: what is no file, cannot be read, leads elsewhere, or has a name that nobody would give."""

import json
import os
import socket
from contextlib import suppress
from pathlib import Path

DAG = "from airflow import DAG\nfrom airflow.operators.empty import EmptyOperator\nwith DAG({id!r}):\n    EmptyOperator(task_id='a')\n"
NAMES = (
    b"new\nline.py", b"tab\t.py", b"\xff\xfe.py", b"\x1b[2J.py", b"'quotes\".py", b"<b>&amp;.py", b"a" * 252 + b".py", b" .py", b"-.py", b"--help.py",
    b"%s{0}.py", b"\\.py", b"\\xff.py", b"\\\\xff.py", b"CON.py", b"\xe2\x80\xae.py", b"e\xcc\x81.py", b"\xc3\xa9.py", b"Case.py", b"case.py", b"CASE.py", b"...py",
    b"a b c.py", b"\xed\xa0\x80.py", b"|.py", b"#.py", b"*.py", b"$HOME.py", b"x.py.py", b"\r.py",
)  # fmt: skip


def obstacles(folder: Path) -> None:
    """Puts all of them into the folder."""
    data(folder)
    strange_names(folder / "names")
    links(folder / "links")
    deep(folder / "deep")
    ignored(folder / "ignored")
    packages(folder / "my packages")
    no_entry(folder / "closed")


def data(folder: Path) -> None:
    """Files beside DAG files that are read by their paths: too large, too deep, too many, no files at all."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "huge.json").write_text("[" + "1," * 25_000_000 + "1]")
    (folder / "wide.json").write_text(json.dumps([f"d{i}" for i in range(100_000)]))
    (folder / "deep.json").write_text("[" * 900_000)
    (folder / "deep.yaml").write_text("- " * 3000 + "x")
    rows = [f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]" for i in range(20)]
    (folder / "bomb.yaml").write_text("a: &a [x]\n" + "\n".join(rows))
    os.mkfifo(folder / "fifo")
    os.mkfifo(folder / "fifo.py")
    (folder / "zero.py").symlink_to("/dev/zero")
    (folder / "kernel.py").symlink_to("/proc/kmsg")
    (folder / "memory.py").symlink_to("/proc/self/mem")
    (folder / "link").symlink_to("/dev/zero")
    (folder / "folder.py").mkdir()
    (folder / "archive.zip").write_bytes(b"PK")
    for name in ("socket", "socket.py"):
        with socket.socket(socket.AF_UNIX) as made, suppress(OSError):  # a path that is too long for a socket
            made.bind(str(folder / name))


def strange_names(folder: Path) -> None:
    """One DAG file for each name that the file system takes."""
    folder.mkdir(parents=True)
    for number, name in enumerate(NAMES):
        with suppress(OSError):
            (folder / os.fsdecode(name)).write_text(DAG.format(id=f"name_{number}"))
        with suppress(OSError):
            inner = folder / os.fsdecode(b"in " + name)
            inner.mkdir()
            (inner / os.fsdecode(name)).write_text(DAG.format(id=f"inner_{number}"))


def links(folder: Path) -> None:
    """Links in circles, to nowhere, to the folder itself, out of it."""
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "dag.py").write_text(DAG.format(id="linked"))
    (folder / "a" / "b" / "up").symlink_to("../..", target_is_directory=True)
    (folder / "round.py").symlink_to("round.py")
    (folder / "one.py").symlink_to("other.py")
    (folder / "other.py").symlink_to("one.py")
    (folder / "nowhere.py").symlink_to("/nowhere/at/all.py")
    (folder / "here").symlink_to(".", target_is_directory=True)
    (folder / "twice.py").symlink_to("a/dag.py")
    (folder / "round").symlink_to("round")


def deep(folder: Path) -> None:
    """5000 folders inside each other, with a DAG file at depths 10, 300 and 5000."""
    folder.mkdir(parents=True)
    before = os.open(".", os.O_RDONLY)
    try:
        os.chdir(folder)
        for depth in range(5000):
            if depth in (10, 300, 4999):
                Path("dag.py").write_text(DAG.format(id=f"deep_{depth}"))
            os.mkdir("d")
            os.chdir("d")
    finally:
        os.fchdir(before)
        os.close(before)


def ignored(folder: Path) -> None:
    """`.airflowignore` files that are no files, or hold patterns that never come to an end."""
    texts = {
        "slow": "(a|a)*b\n(a|aa)+$\n(a*)*b\n"
        + "a*" * 30
        + "b\n.*.*.*.*.*.*.*=\n([a-z]+)*!\n(?:(?:a)+)+b\n(a?){40}a{40}\n",
        "broken": "(\n[\n*\n\\\n"
        + "(" * 499
        + "\n"
        + "a" * 9999
        + "\n(?P<x>a)(?P<x>b)\n\\\n!\n/\n**\n"
        + "**/" * 9
        + "x\n",
        "large": "x{60000}{60000}\n(x{1000}){1000}\n" + "y\n" * 100_000,
    }
    for name, text in texts.items():
        (folder / name).mkdir(parents=True)
        (folder / name / ".airflowignore").write_text(text)
        (folder / name / f"{'a' * 100}.py").write_text(DAG.format(id=f"ignored_{name}"))
    for name, target in {"endless": "/dev/zero", "self": ".airflowignore"}.items():
        (folder / name).mkdir()
        (folder / name / ".airflowignore").symlink_to(target)
        (folder / name / "dag.py").write_text(DAG.format(id=f"ignored_{name}"))
    for name in ("pipe", "folder", "bytes"):
        (folder / name).mkdir()
        (folder / name / "dag.py").write_text(DAG.format(id=f"ignored_{name}"))
    os.mkfifo(folder / "pipe" / ".airflowignore")
    (folder / "folder" / ".airflowignore").mkdir()
    (folder / "bytes" / ".airflowignore").write_bytes(b"\xff\0\n")


def packages(folder: Path) -> None:
    """Modules that import each other across folders with strange names."""
    inner = folder / "in ner" / "pack"
    inner.mkdir(parents=True)
    (folder / "__init__.py").write_text("from . import helper\n")
    (folder / "helper.py").write_text("from .helper import *\nfrom . import helper\nNAMES = ['a', 'b']\n")
    (inner / "__init__.py").write_text("")
    (inner / "helper.py").write_text("from ...helper import NAMES\n")
    head = "import helper\nfrom helper import NAMES\nfrom pack import helper as other\nfrom pack.helper import NAMES as N\n"
    for place in (folder, folder / "in ner", inner):
        body = (
            head + DAG.format(id=f"uses_{len(place.name)}") + "    for n in NAMES: EmptyOperator(task_id=n)\n"
        )
        (place / "dag.py").write_text(body)


def no_entry(folder: Path) -> None:
    """What the user may not read; root may."""
    (folder / "folder").mkdir(parents=True)
    (folder / "folder" / "dag.py").write_text(DAG.format(id="closed"))
    (folder / "file.py").write_text(DAG.format(id="closed too"))
    os.chmod(folder / "file.py", 0)
    os.chmod(folder / "folder", 0)
