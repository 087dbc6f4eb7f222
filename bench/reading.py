"""Reading DAG files in one process: against parsers, Airflow's own DagBag, and ruff's rules for Airflow."""

import ast
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import DEVNULL

from bench import processes
from bench.line import Line, Setting, compare
from bench.repeated import write
from scripts.corpora import Corpus

FEW = 2_000  # files
MANY = 10_000
# A process that loads a folder as the scheduler does; it says how long that took without imports and start-up.
DAGBAG = """
import logging, sys, time
logging.disable(logging.CRITICAL)
from airflow.models.dagbag import DagBag
if len(sys.argv) > 2:
    DagBag(sys.argv[2], include_examples=False)
started = time.perf_counter()
DagBag(sys.argv[1], include_examples=False)
print("seconds", time.perf_counter() - started)
"""


def lines(setting: Setting) -> Iterator[Line]:
    """One process on the examples of each Airflow, then on thousands of files, then whole commands."""
    for corpus in setting.corpora:
        folder = setting.scratch / "examples" / f"airflow-{corpus.version}"
        yield from _in_process(f"{len(corpus.files)} examples of {corpus.version}", folder, setting.rounds)
    for count in (FEW, MANY):
        folder = setting.scratch / f"files-{count}"
        write(setting.texts, count, folder)
        yield from _in_process(f"{count} files", folder, 2, few=1)
        yield _against_ruff(count, folder)
    yield from _against_dagbag(setting)


def _in_process(name: str, folder: Path, rounds: int, few: int | None = None) -> Iterator[Line]:
    """`few`: how often what has no target is measured, where that takes long."""
    import libcst

    from migrator.scan import files, scan
    from migrator.scan.quiet import quiet
    from migrator.survey.reading import Job, Reader, Setting

    paths = [folder / path for path in files.find([folder], folder)[0]]
    texts = [path.read_bytes() for path in paths]
    names = [path.relative_to(folder).as_posix() for path in paths]

    def read() -> None:
        scan([folder])

    def survey() -> None:
        reader = Reader(Setting(folder))
        with quiet():  # as in the processes of a scan
            for path in names:
                reader.read(Job(path))

    def parse() -> None:
        for text in texts:
            ast.parse(text)

    def parse_with_comments() -> None:
        for text in texts:
            libcst.parse_module(text)

    yield compare(f"reading {name}", read, "ast.parse", parse, rounds, most=4)
    yield compare(f"reading, checking and deciding {name}", survey, "ast.parse", parse, few or rounds)
    yield compare(f"libcst.parse_module of {name}", parse_with_comments, "ast.parse", parse, few or rounds)


def _against_ruff(count: int, folder: Path) -> Line:
    import ruff

    check = [
        ruff.find_ruff_bin(),
        "check",
        "--isolated",
        "--no-cache",
        "--quiet",
        "--exit-zero",
        "--select",
        "AIR",
    ]
    return compare(
        f"migrate scan of {count} files, no cache",
        lambda: processes.scan(folder),
        "ruff check --select AIR",
        lambda: subprocess.run([*check, str(folder)], check=True, stdout=subprocess.DEVNULL),
        1,
        clock=time.perf_counter,
    )


def _against_dagbag(setting: Setting) -> Iterator[Line]:
    """Airflow loads only what is written for its own version."""
    from migrator.scan import scan

    corpus = setting.corpora[0]
    own = [t for t in setting.texts if t.place.startswith(f"airflow_{corpus.version.split('.')[0]}/")]
    folder = setting.scratch / "dagbag"
    write(own, FEW, folder)
    examples = setting.scratch / "examples" / f"airflow-{corpus.version}"
    warm = _dagbag(corpus, folder, examples)[0]
    read = compare("", lambda: scan([folder]), "", lambda: None, 1, clock=time.perf_counter).ours
    yield Line(f"reading {FEW} files", read, warm * 1000, f"a warm DagBag of {corpus.version}")
    processes.scan(examples)  # its modules are compiled now, as Airflow's are
    turns = range(min(setting.rounds, 5))
    cold, ours = zip(
        *[(_dagbag(corpus, examples)[1], processes.scan(examples).seconds) for _ in turns], strict=True
    )
    name = f"a cold DagBag of {corpus.version}"
    yield Line("migrate scan of its examples, cold", min(ours) * 1000, min(cold) * 1000, name, most=0.1)


def _dagbag(corpus: Corpus, folder: Path, warm_up: Path | None = None) -> tuple[float, float]:
    """Seconds of loading the folder, and of the whole process."""
    with tempfile.TemporaryDirectory() as home:
        environment = processes.environment() | {
            "AIRFLOW_HOME": home,
            "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "600",
        }
        words = [str(corpus.python), "-c", DAGBAG, str(folder), *([str(warm_up)] if warm_up else [])]
        subprocess.run(
            [str(corpus.python), "-m", "airflow", "db", "migrate"],
            env=environment,
            check=True,
            stdout=DEVNULL,
            stderr=DEVNULL,
        )
        started = time.perf_counter()
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
        whole = time.perf_counter() - started
    return float(done.stdout.rsplit("seconds", 1)[1]), whole
