"""`make bench`: how fast, as ratios within one run, so that the figures mean the same on any machine.

Each ratio is one of ours over the least that anybody would have to do for it; both sides run in turn, and the
median of all rounds counts.
"""

import ast
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from scripts.corpora import Corpus, corpora


@dataclass(frozen=True)
class Ratio:
    """What is measured, and against what."""

    name: str
    against: str
    ours: Callable[[], object]
    least: Callable[[], object]


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(ratio: Ratio, rounds: int) -> tuple[float, float]:
    """Medians of both sides; the first round warms caches and does not count."""
    times = [(seconds(ratio.ours), seconds(ratio.least)) for _ in range(rounds + 1)][1:]
    return statistics.median(a for a, _ in times), statistics.median(b for _, b in times)


def reading(corpus: Corpus, folder: Path) -> Ratio:
    """scan against parsing alone."""
    from migrator.scan import scan

    texts = [file.read_text(encoding="utf-8") for file in corpus.files]
    return Ratio(
        f"scan, {len(texts)} files of Airflow {corpus.version}",
        "ast.parse of the same files",
        lambda: scan([folder]),
        lambda: [ast.parse(text) for text in texts],
    )


def converting(corpus: Corpus, folder: Path) -> Ratio:
    """convert, without writing and without the check in Dagster, against parsing with formatting kept."""
    import libcst

    from migrator.convert import convert_project
    from migrator.phase_one.lifts import lifts
    from migrator.plan import Plan
    from migrator.scan import scan

    texts = [file.read_text(encoding="utf-8") for file in corpus.files]
    project, _ = scan([folder])
    return Ratio(
        f"convert, {len(project.dags)} DAGs of Airflow {corpus.version}",
        "libcst.parse_module of the same files",
        lambda: convert_project(project, Plan(), lifts(project, None), name="bench"),
        lambda: [libcst.parse_module(text) for text in texts],
    )


def starting(name: str, *words: str) -> Ratio:
    """A process of ours against an empty one."""
    return Ratio(
        name,
        "python -c pass",
        lambda: subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL),
        lambda: subprocess.run([sys.executable, "-c", "pass"], check=True),
    )


def line(ratio: Ratio, ours: float, least: float) -> str:
    """One row of the table."""
    times = f"{ours * 1000:>9.0f} ms {least * 1000:>9.0f} ms {ours / least:>8.1f} x"
    return f"{ratio.name:<42}{times}   {ratio.against}"


@click.command()
@click.option("--rounds", default=5, show_default=True, help="How often each side runs.")
def main(rounds: int) -> None:
    """Print one line for each ratio."""
    click.echo(f"{'what':<42}{'ours':>12}{'least':>13}{'ratio':>11}  against")
    with tempfile.TemporaryDirectory() as scratch:
        for corpus in corpora():
            folder = corpus.copy_to(Path(scratch) / corpus.version)
            for ratio in (reading(corpus, folder), converting(corpus, folder)):
                click.echo(line(ratio, *measure(ratio, rounds)))
    for ratio in (starting("migrate --help", "-m", "migrator", "--help"),):
        click.echo(line(ratio, *measure(ratio, rounds)))


if __name__ == "__main__":
    main()
