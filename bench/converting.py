"""Converting: against parsing with formatting kept, in files and processes, and what the written project costs."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import processes
from bench.line import Line, Setting, compare
from bench.repeated import write
from bench.written import lines as of_written
from migrator.ir import Project

SMALL, LARGE = 100, 1_000  # files
PARSE = """
import sys
from pathlib import Path
import libcst
for path in sorted(Path(sys.argv[1]).rglob("*.py")):
    libcst.parse_module(path.read_text(encoding="utf-8"))
"""
LOAD = "import sys; sys.path.insert(0, sys.argv[1]); from shop.definitions import defs; defs.get_repository_def()"


def lines(setting: Setting) -> Iterator[Line]:
    """The examples of each Airflow in this process and as a command; then large folders; then what was written."""
    for corpus in setting.corpora:
        folder = setting.scratch / "examples" / f"airflow-{corpus.version}"
        texts = [file.read_text(encoding="utf-8") for file in corpus.files]
        yield _in_process(f"Airflow {corpus.version}", folder, texts, setting.rounds)
        yield _command(f"Airflow {corpus.version}", folder, setting.scratch / "converted" / corpus.version)
    yield from _large(setting)
    yield from of_written(setting)


def _in_process(name: str, folder: Path, texts: list[str], rounds: int) -> Line:
    import libcst

    from migrator.convert import convert_project
    from migrator.phase_one.lifts import lifts
    from migrator.plan import Plan
    from migrator.scan import scan

    project, _ = scan([folder])

    def convert(project: Project = project) -> None:
        convert_project(project, Plan(), lifts(project, None), name="shop")

    def parse() -> None:
        for text in texts:
            libcst.parse_module(text)

    told = f"convert, {len(project.dags)} DAGs of {name}"
    return compare(told, convert, "libcst.parse_module", parse, rounds)


def _command(name: str, folder: Path, scratch: Path) -> Line:
    """The whole command, with formatting, writing and the check in Dagster, in processor time."""
    ours = min(_convert(folder, scratch).busy for _ in range(3))
    parse = min(_python(PARSE, folder).busy for _ in range(3)) - _python("import libcst").busy
    load = min(_python(LOAD, scratch).busy for _ in range(3))
    return Line(
        f"migrate convert, examples of {name}",
        ours * 1000,
        (3 * parse + load) * 1000,
        "3 x parsing, 1 load",
        1,
    )


def _convert(folder: Path, scratch: Path, *options: str) -> processes.Run:
    shutil.rmtree(scratch, ignore_errors=True)
    words = [
        sys.executable,
        "-m",
        "migrator",
        "convert",
        str(folder),
        "--out",
        str(scratch / "shop"),
        *options,
    ]
    return processes.run(words, quiet=True)


def _python(script: str, *words: object) -> processes.Run:
    return processes.run([sys.executable, "-c", script, *map(str, words)])


def _large(setting: Setting) -> Iterator[Line]:
    """Ten times the files; and two processes against one. Dagster's check is left out: it is not ours."""
    folders = {count: setting.scratch / "converting" / str(count) for count in (SMALL, LARGE)}
    for count, folder in folders.items():
        write(setting.texts, count, folder)
    out = setting.scratch / "converting" / "out"
    each = {
        count: min(_convert(folder, out, "--no-verify", "--jobs", "1").busy for _ in range(2)) / count
        for count, folder in folders.items()
    }
    start = _python("import libcst, jinja2, pydantic").busy / SMALL
    ours, theirs = each[LARGE], each[SMALL] - start
    name = f"convert of {LARGE} files, processor time of each"
    yield Line(name, ours * 1000, theirs * 1000, f"each of {SMALL} files", 1.2)
    two, one = (
        min(_convert(folders[LARGE], out, "--no-verify", "--jobs", str(jobs)).seconds for _ in range(2))
        for jobs in (2, 1)
    )
    yield Line(f"migrate convert --jobs 2 of {LARGE} files", two * 1000, one * 1000, "--jobs 1")
