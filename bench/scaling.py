"""Large folders, cores, and a second scan of the same files."""

from collections.abc import Iterator
from pathlib import Path

from bench import processes
from bench.line import Line, Setting
from bench.repeated import write

SMALL = 1_000
MIDDLE = 2_000
MEMORY = 400  # megabytes


def lines(setting: Setting) -> Iterator[Line]:
    """Time per file and memory of the largest folder; two processes against one; warm against cold."""
    middle = setting.scratch / "scaling" / "middle"
    write(setting.texts, MIDDLE, middle)
    yield _jobs(middle)
    yield _again(middle, setting.scratch / "cache")
    yield from _large(setting)


def _jobs(folder: Path) -> Line:
    two, one = (min(processes.scan(folder, "--jobs", str(n)).seconds for _ in range(2)) for n in (2, 1))
    return Line(f"migrate scan --jobs 2 of {MIDDLE} files", two * 1000, one * 1000, "--jobs 1")


def _again(folder: Path, cache: Path) -> Line:
    """Both in turn, each time with a new cache; the least of each."""
    first, second = [], []
    for turn in range(2):
        first.append(processes.scan(folder, cache=cache / str(turn)).seconds)
        second += [processes.scan(folder, cache=cache / str(turn)).seconds for _ in range(2)]
    return Line(
        f"a second scan of {MIDDLE} files", min(second) * 1000, min(first) * 1000, "the first", most=0.2
    )


def _large(setting: Setting) -> Iterator[Line]:
    small, large = setting.scratch / "scaling" / "small", setting.scratch / "scaling" / "large"
    write(setting.texts, SMALL, small)
    write(setting.texts, setting.largest, large)
    per_file = min(processes.scan(small).busy for _ in range(3)) / SMALL
    run = processes.scan(large)
    ours, theirs = run.busy / setting.largest, per_file
    name = f"migrate scan of {setting.largest} files, processor time of each"
    yield Line(name, ours * 1e6, theirs * 1e6, f"each of {SMALL} files", most=1.2, unit="us")
    yield Line("its memory, all processes", run.megabytes, MEMORY, "the bound", most=1, unit="MB")
